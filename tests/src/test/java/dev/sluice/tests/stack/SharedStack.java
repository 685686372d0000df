package dev.sluice.tests.stack;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the one stack that all tests of the JVM share: as a parameter of type {@link Stack},
 * and of type {@link StackScope} for schemas and a workflow name of the test's own. It starts at
 * the first use and ends with the JVM: where a build has several JVMs for its tests, each runs
 * class after class as if it were all, and a stack that ended with the root of all tests would
 * start for each class. It has two target shards, a replica of the source and network links.
 *
 * <p>A test may stop, kill or freeze a shared server: it runs again for the next test.
 */
public final class SharedStack implements ParameterResolver, AfterEachCallback {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(SharedStack.class);

  static {
    // a thread that an earlier test has left behind may end badly: no verdict on the test that
    // waits
    Awaitility.doNotCatchUncaughtExceptionsByDefault();
  }

  private static Stack shared;
  private static StackException failed;

  /** The shared stack, for extensions that build on it. */
  public static synchronized Stack stackOf(ExtensionContext context) {
    if (failed != null) {
      throw failed;
    }
    if (shared == null) {
      try {
        // It ends with the JVM by itself, of either kind: a hook here would only race with theirs.
        shared = startStack();
      } catch (StackException e) {
        // one reason is enough; trying again for each test would take minutes
        failed = e;
        throw e;
      }
    }
    return shared;
  }

  private static synchronized Stack started() {
    return shared;
  }

  private static Stack startStack() {
    String name = "test-" + ProcessHandle.current().pid();
    return Stacks.start(StackOptions.named(name).replica(true).links(true).build());
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == Stack.class || type == StackScope.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Stack stack = stackOf(context);
    if (parameter.getParameter().getType() == Stack.class) {
      return stack;
    }
    String hint =
        context.getTestMethod().map(method -> method.getName()).orElse(context.getDisplayName());
    return context
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            StackScope.class, unused -> StackScope.open(stack, hint), StackScope.class);
  }

  /**
   * Mends what a test, or its failure, left broken, so that the next one finds every server
   * running. The test's scope is closed by the store.
   */
  @Override
  public void afterEach(ExtensionContext context) {
    Stack stack = started();
    if (stack == null) {
      return;
    }
    for (StackServer server : stack.servers()) {
      server.thaw();
      server.start();
    }
    stack.link(stack.kafka().name()).restore();
    stack.mysql().forEach(server -> stack.link(server.name()).restore());
  }
}
