package dev.sluice.bench.peer;

import dev.sluice.bench.BenchException;
import dev.sluice.bench.load.SbtestTable;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.Stack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code mysqldump --single-transaction | mysql}: all tables from one server into another. */
public final class DumpAndLoad {
  private static final Duration LIMIT = Duration.ofMinutes(30);
  private static final String SCHEMA = "dumped";

  private final Path dumpProgram;
  private final Path loadProgram;
  private final MysqlServer source;
  private final MysqlServer target;

  /**
   * @throws BenchException when the stack's MySQL came without its client programs
   */
  public DumpAndLoad(Stack stack, MysqlServer target) {
    if (stack.mysqlClient() == null) {
      throw new BenchException("there is no mysql client program beside the MySQL servers");
    }
    this.loadProgram = stack.mysqlClient();
    this.dumpProgram = loadProgram.resolveSibling("mysqldump");
    if (!Files.isExecutable(dumpProgram)) {
      throw new BenchException("there is no mysqldump beside " + loadProgram);
    }
    this.source = stack.source();
    this.target = target;
  }

  /** The schema on the target that holds the rows after {@link #run}. */
  public String schema() {
    return SCHEMA;
  }

  /**
   * Moves the tables into an empty schema; answers the seconds that the two programs took.
   *
   * @throws BenchException when one of them fails
   */
  public double run(List<SbtestTable> tables) {
    drop();
    target.execute("CREATE SCHEMA " + SCHEMA);
    Path sourceLogin = login(source);
    Path targetLogin = login(target);
    try {
      List<String> dump = command(dumpProgram, sourceLogin);
      dump.addAll(List.of("--single-transaction", "--set-gtid-purged=OFF", source.schema()));
      tables.forEach(table -> dump.add(table.name()));
      List<String> load = command(loadProgram, targetLogin);
      load.add(SCHEMA);
      return timed(dump, load);
    } catch (IOException e) {
      throw new BenchException("mysqldump cannot be run: " + e.getMessage(), e);
    } finally {
      delete(sourceLogin);
      delete(targetLogin);
    }
  }

  /** Removes what {@link #run} left. */
  public void drop() {
    target.execute("DROP SCHEMA IF EXISTS " + SCHEMA);
  }

  private static List<String> command(Path program, Path login) {
    return new ArrayList<>(List.of(program.toString(), "--defaults-extra-file=" + login));
  }

  private static double timed(List<String> dump, List<String> load) throws IOException {
    Path errors = Files.createTempFile("sluice-bench", ".err");
    long began = System.nanoTime();
    List<Process> processes =
        ProcessBuilder.startPipeline(
            List.of(
                new ProcessBuilder(dump).redirectError(errors.toFile()),
                new ProcessBuilder(load)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))));
    try {
      for (Process process : processes) {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
          throw new BenchException("mysqldump | mysql failed: " + Files.readString(errors).strip());
        }
      }
      return (System.nanoTime() - began) / 1e9;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted while mysqldump ran", e);
    } finally {
      processes.forEach(Process::destroyForcibly);
      Files.deleteIfExists(errors);
    }
  }

  /** An option file that only this user can read: a password does not belong on a command line. */
  private static Path login(MysqlServer server) {
    try {
      Path file =
          Files.createTempFile(
              "sluice-bench",
              ".cnf",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(
          file,
          String.join(
              "\n",
              "[client]",
              "protocol=tcp",
              "host=" + server.host(),
              "port=" + server.port(),
              "user=" + server.adminUser(),
              "password=" + server.adminPassword(),
              ""));
      return file;
    } catch (IOException e) {
      throw new BenchException("cannot write an option file: " + e.getMessage(), e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new BenchException("cannot delete " + file, e);
    }
  }
}
