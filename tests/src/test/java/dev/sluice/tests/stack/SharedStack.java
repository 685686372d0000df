package dev.sluice.tests.stack;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the one stack that all tests of the JVM share: as a parameter of type {@link Stack},
 * and of type {@link StackScope} for schemas and a workflow name of the test's own. It starts at
 * the first use and ends with the JVM's tests. It has two target shards, a replica of the source
 * and network links.
 *
 * <p>A test may stop, kill or freeze a shared server: it runs again for the next test.
 */
public final class SharedStack implements ParameterResolver, AfterEachCallback {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(SharedStack.class);

  /** Started once, closed by JUnit when the root of all tests ends. */
  private record Holder(Stack stack) implements AutoCloseable {
    @Override
    public void close() {
      stack.close();
    }
  }

  /** The shared stack, for extensions that build on it. */
  public static Stack stackOf(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(Holder.class, unused -> new Holder(startStack()), Holder.class)
        .stack();
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
    Holder holder = context.getRoot().getStore(NAMESPACE).get(Holder.class, Holder.class);
    if (holder == null) {
      return;
    }
    Stack stack = holder.stack();
    for (StackServer server : stack.servers()) {
      server.thaw();
      server.start();
    }
    stack.link(stack.kafka().name()).restore();
    stack.mysql().forEach(server -> stack.link(server.name()).restore());
  }
}
