package dev.sluice.tests.stack;

import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The contract for containers, where a container engine answers. */
@Tag("stack")
class ContainerStackTest extends StackContract {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerStackTest.class);

  private static ContainerStack stack;

  @BeforeAll
  static void start() {
    if (!ContainerStack.engineAnswers()) {
      LOG.warn("no container engine answers on this machine: the container stack is not tested");
    }
    assumeThat(ContainerStack.engineAnswers())
        .as("a container engine answers on this machine")
        .isTrue();
    stack =
        ContainerStack.start(
            StackOptions.named("test-containers").replica(true).links(true).build());
  }

  @AfterAll
  static void stop() {
    if (stack != null) {
      stack.close();
    }
  }

  @Override
  Stack stack() {
    return stack;
  }
}
