package dev.sluice.tests.stack;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract for the stack that all tests share: processes, unless containers were asked for. */
@Tag("stack")
@ExtendWith(SharedStack.class)
class LocalStackTest extends StackContract {
  private Stack stack;

  @BeforeEach
  void take(Stack shared) {
    stack = shared;
  }

  @Override
  Stack stack() {
    return stack;
  }
}
