package dev.sluice.tests.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The program that SLUICE_MYSQLD names, or {@code mysqld} on PATH. */
final class InstalledMysql implements MysqlPrograms.Way {
  private final String configured;

  InstalledMysql() {
    this(System.getenv("SLUICE_MYSQLD"));
  }

  InstalledMysql(String configured) {
    this.configured = configured;
  }

  @Override
  public String description() {
    return "installed (SLUICE_MYSQLD or PATH)";
  }

  @Override
  public MysqlProgram find() throws IOException {
    Path program = locate();
    List<String> command = List.of(program.toString(), "--no-defaults");
    Path beside = program.resolveSibling("mysql");
    Path client = Files.isExecutable(beside) ? beside : Commands.onPath("mysql").orElse(null);
    return new MysqlProgram(
        command, Map.of(), MysqlPrograms.versionOf(command, Map.of()), client, program.toString());
  }

  private Path locate() throws IOException {
    if (configured != null && !configured.isBlank()) {
      Path program = Path.of(configured);
      if (!Files.isExecutable(program)) {
        throw new IOException("SLUICE_MYSQLD is not a program: " + configured);
      }
      return program.toAbsolutePath();
    }
    Optional<Path> onPath = Commands.onPath("mysqld").or(() -> sbin());
    return onPath.orElseThrow(() -> new IOException("no mysqld on PATH"));
  }

  private static Optional<Path> sbin() {
    return Optional.of(Path.of("/usr/sbin/mysqld")).filter(Files::isExecutable);
  }
}
