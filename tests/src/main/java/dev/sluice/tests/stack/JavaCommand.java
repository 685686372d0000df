package dev.sluice.tests.stack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Commands that start another Java program with the Java of this one. */
public final class JavaCommand {
  private JavaCommand() {}

  /** This Java, with UTC and an end on exhausted memory, then the arguments. */
  public static List<String> of(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Duser.timezone=UTC");
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.addAll(List.of(arguments));
    return command;
  }

  /** The class path this program runs with. */
  public static String classPath() {
    return System.getProperty("java.class.path");
  }
}
