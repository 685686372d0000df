package dev.sluice.tests.stack;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the kind of stack that the system property {@code sluice.stack} asks for. */
public final class Stacks {
  private static final Logger LOG = LoggerFactory.getLogger(Stacks.class);

  private Stacks() {}

  /**
   * Containers for {@code -Dsluice.stack=containers} when a container engine answers, else
   * processes.
   *
   * @throws StackException when it does not come up
   */
  public static Stack start(StackOptions options) {
    if ("containers".equals(System.getProperty("sluice.stack"))) {
      if (ContainerStack.engineAnswers()) {
        return ContainerStack.start(options);
      }
      LOG.warn("no container engine answers: the stack runs as processes");
    }
    return LocalStack.start(options);
  }
}
