package dev.sluice.tests.stack;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

  /**
   * The class path this program runs with, that part first which a build of Sluice does not change:
   * a class archive is of use to a class path that begins like its own.
   */
  public static String classPath() {
    String own =
        entries()
            .filter(entry -> !isLibrary(entry))
            .collect(Collectors.joining(File.pathSeparator));
    return libraryPath() + File.pathSeparator + own;
  }

  /** The part of the class path that a build of Sluice does not change: jars other than its own. */
  static String libraryPath() {
    return entries().filter(JavaCommand::isLibrary).collect(Collectors.joining(File.pathSeparator));
  }

  private static Stream<String> entries() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator));
  }

  private static boolean isLibrary(String entry) {
    return entry.endsWith(".jar") && !Path.of(entry).getFileName().toString().startsWith("sluice-");
  }
}
