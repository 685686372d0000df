package dev.sluice.server;

import dev.sluice.controller.preflight.Finding;
import dev.sluice.controller.servers.MySqlChecks;
import dev.sluice.mysql.fence.FenceKind;
import dev.sluice.mysql.preflight.MySqlPreflight;
import dev.sluice.mysql.preflight.PreflightRequest;
import dev.sluice.mysql.session.MySqlSessions;
import java.time.Clock;

/** The checks that look at MySQL, as the controller calls them. */
final class Preflights {

  private static final String DROP = "drop";
  private static final String REPLICA = "replica";

  private Preflights() {}

  /**
   * @param recordMaxBytes the largest record that topics take
   */
  static MySqlChecks mySql(
      MySqlSessions sessions, String sidecar, Clock clock, long recordMaxBytes) {
    MySqlPreflight preflight = new MySqlPreflight(sessions, sidecar, clock);
    return (source, target, spec, tables, targetVindexes) ->
        preflight
            .run(
                new PreflightRequest(
                    source,
                    target,
                    tables,
                    targetVindexes,
                    spec.options().foreignKeys().equals(DROP),
                    spec.options().readFrom().equals(REPLICA),
                    spec.options().engineSnapshot(),
                    recordMaxBytes,
                    FenceKind.of(spec.options().fence()) == FenceKind.READ_ONLY))
            .stream()
            .map(Preflights::finding)
            .toList();
  }

  private static Finding finding(dev.sluice.mysql.preflight.Finding from) {
    return new Finding(
        from.check(),
        Finding.Severity.of(from.severity().word()),
        from.object(),
        from.message(),
        from.remedy());
  }
}
