package dev.sluice.tests.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Fresh data directories. The first one of a server version is initialised and kept in the cache;
 * the others are copies of it, which takes a tenth of the time.
 */
final class MysqlDataTemplate {
  private static final List<String> FIXED_AT_INITIALISATION =
      List.of("--lower-case-table-names", "--innodb-page-size", "--innodb-data-file-path");

  private final StackCache cache;
  private final MysqlProgram program;

  MysqlDataTemplate(StackCache cache, MysqlProgram program) {
    this.cache = cache;
    this.program = program;
  }

  /**
   * Makes a data directory that does not exist yet, for a server that will run with these extra
   * options.
   */
  void create(Path dataDirectory, List<String> flags) throws IOException {
    List<String> fixed = flags.stream().filter(MysqlDataTemplate::fixedAtInitialisation).toList();
    String suffix = fixed.isEmpty() ? "" : "-" + Integer.toHexString(fixed.hashCode());
    String name = ("mysql-data-" + program.version() + suffix).replaceAll("[^A-Za-z0-9._-]", "_");
    Path template = cache.entry(name, directory -> initialise(directory.resolve("data"), fixed));
    FileTrees.copy(template.resolve("data"), dataDirectory);
  }

  private static boolean fixedAtInitialisation(String flag) {
    return FIXED_AT_INITIALISATION.stream()
        .anyMatch(fixed -> flag.replace('_', '-').startsWith(fixed));
  }

  private void initialise(Path dataDirectory, List<String> fixed) throws IOException {
    List<String> command = new ArrayList<>(program.command());
    command.add("--initialize-insecure");
    command.add("--datadir=" + dataDirectory);
    command.add("--loose-innodb-redo-log-capacity=32M");
    command.addAll(MysqlFlags.account());
    command.addAll(fixed);
    Commands.run(Duration.ofMinutes(2), dataDirectory.getParent(), program.environment(), command);
    // The server's identity: each copy makes its own.
    Files.deleteIfExists(dataDirectory.resolve("auto.cnf"));
  }
}
