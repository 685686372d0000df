package dev.sluice.tests.stack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Commands that start another Java program with the Java of this one. */
final class JavaCommand {
  private JavaCommand() {}

  static List<String> of(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Duser.timezone=UTC");
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.addAll(List.of(arguments));
    return command;
  }

  /** The class path this program runs with. */
  static String classPath() {
    return System.getProperty("java.class.path");
  }
}
