package dev.sluice.tests.stack;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Commands that start another Java program with the Java of this one. */
public final class JavaCommand {

  private static final List<String> BUILD_OPTIONS =
      Arrays.stream(System.getProperty("sluice.process.options", "").split(" "))
          .filter(option -> !option.isBlank())
          .toList();

  private JavaCommand() {}

  /** Options of the Java virtual machine that a build gives all servers that it starts. */
  public static List<String> buildOptions() {
    return BUILD_OPTIONS;
  }

  /** This Java, with UTC and an end on exhausted memory, then the arguments. */
  public static List<String> of(String... arguments) {
    return of(List.of(arguments));
  }

  /** As {@link #of(String...)}. */
  public static List<String> of(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Duser.timezone=UTC");
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.addAll(arguments);
    return command;
  }

  /** The class path this program runs with. */
  public static String classPath() {
    return System.getProperty("java.class.path");
  }

  /** The part of the class path that a build of Sluice does not change: jars other than its own. */
  static String libraryPath() {
    return Arrays.stream(classPath().split(File.pathSeparator))
        .filter(entry -> entry.endsWith(".jar"))
        .filter(entry -> !Path.of(entry).getFileName().toString().startsWith("sluice-"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
