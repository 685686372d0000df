package dev.sluice.server;

import dev.sluice.controller.servers.MySqlChecks;
import dev.sluice.mysql.session.MySqlSessions;
import java.time.Clock;
import java.util.List;

/** The checks that look at MySQL, as the controller calls them. */
final class Preflights {

  private Preflights() {}

  static MySqlChecks mySql(MySqlSessions sessions, String sidecar, Clock clock) {
    return (source, target, spec, tables, targetVindexes) -> List.of();
  }
}
