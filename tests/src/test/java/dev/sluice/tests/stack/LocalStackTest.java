package dev.sluice.tests.stack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("stack")
class LocalStackTest {
  @Test
  void starts() {
    try (LocalStack stack =
        LocalStack.start(StackOptions.named("test-local").replica(true).build())) {
      assertThat(stack.mysql()).hasSize(4);
    }
  }
}
