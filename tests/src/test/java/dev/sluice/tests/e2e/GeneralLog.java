package dev.sluice.tests.e2e;

import dev.sluice.tests.stack.MysqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What servers were told while this was open, by their own account of it. */
final class GeneralLog implements AutoCloseable {

  /** Whatever changes rows, definitions, settings or other sessions, or takes locks. */
  private static final Pattern CHANGES =
      Pattern.compile(
          "(?is)\\s*(INSERT|UPDATE|DELETE|REPLACE|LOAD|CREATE|DROP|ALTER|RENAME|TRUNCATE|KILL|LOCK"
              + "|FLUSH|RESET|GRANT|REVOKE|SET\\s+(@@)?(GLOBAL|PERSIST)|SELECT\\s+GET_LOCK)\\b.*");

  /** Heartbeats come every second, and appliers note that they have passed them. */
  private static final Pattern BEATS =
      Pattern.compile("(?is).*\\b_sluice`?\\.`?(heartbeat|checkpoint)\\b.*");

  private final List<MysqlServer> servers;

  GeneralLog(List<MysqlServer> servers) {
    this.servers = servers;
    for (MysqlServer server : servers) {
      server.execute(
          "SET GLOBAL log_output = 'TABLE'",
          "TRUNCATE TABLE mysql.general_log",
          "SET GLOBAL general_log = ON");
    }
  }

  /** Everything that was said. */
  List<String> statements() throws SQLException {
    List<String> statements = new ArrayList<>();
    for (MysqlServer server : servers) {
      try (Connection connection = server.connectAsAdmin("")) {
        statements.addAll(
            SwitchRig.query(
                connection,
                "SELECT CONVERT(argument USING utf8mb4) FROM mysql.general_log WHERE command_type"
                    + " IN ('Query', 'Execute')"));
      }
    }
    return statements;
  }

  /** What was said that changes anything but heartbeats. */
  List<String> changes() throws SQLException {
    return statements().stream()
        .filter(sql -> CHANGES.matcher(sql).matches() && !BEATS.matcher(sql).matches())
        .toList();
  }

  @Override
  public void close() {
    for (MysqlServer server : servers) {
      server.execute(
          "SET GLOBAL general_log = OFF",
          "SET GLOBAL log_output = 'FILE'",
          "TRUNCATE TABLE mysql.general_log");
    }
  }
}
