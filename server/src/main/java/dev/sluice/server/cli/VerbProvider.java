package dev.sluice.server.cli;

/** Adds a verb to the command line; found with {@link java.util.ServiceLoader}. */
public interface VerbProvider {
  /** A new picocli command object: an instance of a class annotated with {@code @Command}. */
  Object command();
}
