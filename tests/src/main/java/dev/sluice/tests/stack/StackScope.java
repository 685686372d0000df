package dev.sluice.tests.stack;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Names of its own for one test on a shared stack: a workflow and two schemas that exist, empty, on
 * the source and target primaries until the scope is closed. Thread-safe.
 */
public final class StackScope implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final int LONGEST_HINT = 24;

  private final Stack stack;
  private final String suffix;

  private StackScope(Stack stack, String suffix) {
    this.stack = stack;
    this.suffix = suffix;
  }

  /**
   * Creates the schemas.
   *
   * @param hint what the names should remind of, a test's name for example
   */
  public static StackScope open(Stack stack, String hint) {
    String cleaned = hint.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "");
    String shortened = cleaned.substring(0, Math.min(LONGEST_HINT, cleaned.length()));
    StackScope scope = new StackScope(stack, shortened + COUNT.incrementAndGet());
    scope.onPrimaries("CREATE SCHEMA ");
    return scope;
  }

  public Stack stack() {
    return stack;
  }

  /** A workflow's name that no other scope has. */
  public String workflow() {
    return "w" + suffix;
  }

  public String sourceSchema() {
    return stack.options().sourceSchema() + "_" + suffix;
  }

  public String targetSchema() {
    return stack.options().targetSchema() + "_" + suffix;
  }

  /**
   * The configuration of a server that works on this scope's schemas. Applied records stay in the
   * topics, for tests that read them at the end.
   */
  public ServerConfig serverConfig() {
    return ServerConfig.of(stack).withSchemas(sourceSchema(), targetSchema()).withKeepApplied("1d");
  }

  /**
   * Drops the schemas. Topics and rows in the sidecar stay: they bear this scope's workflow name
   * only.
   */
  @Override
  public void close() {
    onPrimaries("DROP SCHEMA IF EXISTS ");
  }

  private void onPrimaries(String verb) {
    for (String keyRange : stack.options().sourceShards()) {
      stack
          .mysql(stack.options().sourceServerName(keyRange))
          .execute(verb + "`" + sourceSchema() + "`");
    }
    for (String keyRange : stack.options().targetShards()) {
      stack.target(keyRange).execute(verb + "`" + targetSchema() + "`");
    }
  }
}
