package dev.sluice.mysql.preflight;

import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.keyspace.Shard;
import dev.sluice.schemas.vindex.VindexSpec;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs every check that needs only MySQL. Reads facts once from each primary, then judges them;
 * changes nothing on any server. Thread-safe.
 */
public final class MySqlPreflight {

  /** Id of the check that a server answers. */
  public static final String REACHABILITY = "reachability";

  private final MySqlSessions sessions;
  private final String sidecar;
  private final Clock clock;

  /**
   * @param sidecar name of the sidecar schema
   */
  public MySqlPreflight(MySqlSessions sessions, String sidecar, Clock clock) {
    this.sessions = sessions;
    this.sidecar = sidecar;
    this.clock = clock;
  }

  /**
   * Every finding, check by check.
   *
   * @param tables to move
   * @param vindexes placement on the target by table, the keyspace's own included
   * @param dropForeignKeys the move's option {@code foreign-keys: drop}
   */
  public List<Finding> run(
      Keyspace source,
      Keyspace target,
      List<String> tables,
      Map<String, VindexSpec> vindexes,
      boolean dropForeignKeys) {
    List<Finding> findings = new ArrayList<>();
    PreflightContext context =
        new PreflightContext(
            facts(Side.SOURCE, source, tables, findings),
            facts(Side.TARGET, target, tables, findings),
            tables,
            vindexes,
            target.sharded(),
            dropForeignKeys);
    for (PreflightCheck check : CheckRegistry.all()) {
      findings.addAll(check.run(context));
    }
    return List.copyOf(findings);
  }

  private List<ServerFacts> facts(
      Side side, Keyspace keyspace, List<String> tables, List<Finding> findings) {
    List<ServerFacts> facts = new ArrayList<>();
    for (Shard shard : keyspace.shards()) {
      String label = keyspace.name() + "/" + shard.name();
      Endpoint endpoint = shard.primary();
      try (Connection connection = sessions.open(endpoint, SessionProfile.CONTROL)) {
        facts.add(
            new ServerFactsReader(connection, clock)
                .read(side, label, endpoint.schema(), sidecar, tables));
        findings.add(Finding.ok(REACHABILITY, label, "primary " + endpoint + " answers"));
      } catch (SluiceException e) {
        findings.add(Finding.refuse(REACHABILITY, label, e.getMessage(), e.remedy()));
      } catch (SQLException e) {
        SluiceException known = new ErrorClassifier().classify(e, "read the facts of " + label);
        findings.add(Finding.refuse(REACHABILITY, label, known.getMessage(), known.remedy()));
      }
    }
    return facts;
  }
}
