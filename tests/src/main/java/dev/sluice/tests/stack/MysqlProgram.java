package dev.sluice.tests.stack;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A MySQL server program that runs on this machine.
 *
 * @param command what starts it, with the options that depend on where it lies
 * @param environment variables it needs
 * @param version what it says of itself, {@code 9.7.4-2} for example
 * @param client the command-line client that came with it, or null
 * @param origin where it came from, for people
 */
record MysqlProgram(
    List<String> command,
    Map<String, String> environment,
    String version,
    Path client,
    String origin) {

  MysqlProgram {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /** The first number of the version. */
  int majorVersion() {
    return Integer.parseInt(version.substring(0, version.indexOf('.')));
  }
}
