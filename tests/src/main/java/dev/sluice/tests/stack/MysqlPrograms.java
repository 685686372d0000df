package dev.sluice.tests.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds or fetches a MySQL server program: each way is tried, and the next when it fails, with the
 * reason logged.
 */
final class MysqlPrograms {
  private static final Logger LOG = LoggerFactory.getLogger(MysqlPrograms.class);
  private static final Pattern VERSION = Pattern.compile("Ver (\\d+\\.\\d+\\.\\d+\\S*)");

  /** One way to come by a program. */
  interface Way {
    /** What the way is, for the log. */
    String description();

    /**
     * The program, checked to run on this machine.
     *
     * @throws IOException with the reason why this way does not lead anywhere
     */
    MysqlProgram find() throws IOException;
  }

  private final List<Way> ways;

  MysqlPrograms(List<Way> ways) {
    this.ways = List.copyOf(ways);
  }

  /**
   * Installed on the machine; MySQL 9.7 from Debian's packages; MySQL 8.0.12 from the Maven
   * repository.
   */
  static MysqlPrograms ofMachine() {
    StackCache cache = StackCache.ofUser();
    return new MysqlPrograms(
        List.of(new InstalledMysql(), new DebianMysql(cache), new RepositoryMysql(cache)));
  }

  /**
   * @throws StackException with every reason when no way leads to a program
   */
  MysqlProgram find() {
    List<String> reasons = new ArrayList<>();
    for (Way way : ways) {
      try {
        MysqlProgram program = way.find();
        LOG.atInfo()
            .addKeyValue("version", program.version())
            .addKeyValue("origin", program.origin())
            .log("MySQL server program found");
        return program;
      } catch (IOException | StackException e) {
        LOG.atInfo()
            .addKeyValue("way", way.description())
            .addKeyValue("reason", e.getMessage())
            .log("no MySQL this way");
        reasons.add(way.description() + ": " + e.getMessage());
      }
    }
    throw new StackException("no MySQL server program:\n  " + String.join("\n  ", reasons));
  }

  /**
   * Asks a program for its version, which also shows that it runs; the oldest that will do is 8.0.
   */
  static String versionOf(List<String> command, Map<String, String> environment)
      throws IOException {
    String version = anyVersionOf(command, environment);
    if (Integer.parseInt(version.substring(0, version.indexOf('.'))) < 8) {
      throw new IOException("it is not MySQL 8.0 or newer: " + version);
    }
    return version;
  }

  /** The version of any MySQL, MariaDB not being one. */
  static String anyVersionOf(List<String> command, Map<String, String> environment)
      throws IOException {
    List<String> asking = new ArrayList<>(command);
    asking.add("--version");
    // a program that is slow to load must not be passed over for one of another version
    String answer = Commands.run(Duration.ofMinutes(2), Path.of("/"), environment, asking);
    Matcher matcher = VERSION.matcher(answer);
    if (!matcher.find()) {
      throw new IOException("its version cannot be read from: " + answer.strip());
    }
    if (answer.contains("MariaDB")) {
      throw new IOException("it is not MySQL: " + answer.strip());
    }
    return matcher.group(1);
  }
}
