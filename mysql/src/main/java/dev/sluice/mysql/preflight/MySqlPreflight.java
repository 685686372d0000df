package dev.sluice.mysql.preflight;

import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.keyspace.Shard;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs every check that needs only MySQL. Reads facts once from each server, then judges them;
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

  /** Every finding, check by check. */
  public List<Finding> run(PreflightRequest request) {
    List<Finding> findings = new ArrayList<>();
    PreflightContext context =
        new PreflightContext(
            facts(Side.SOURCE, request, findings),
            request.fromReplica() ? facts(Side.REPLICA, request, findings) : List.of(),
            facts(Side.TARGET, request, findings),
            request);
    for (PreflightCheck check : CheckRegistry.all()) {
      findings.addAll(check.run(context));
    }
    return List.copyOf(findings);
  }

  private List<ServerFacts> facts(Side side, PreflightRequest request, List<Finding> findings) {
    List<ServerFacts> facts = new ArrayList<>();
    Keyspace keyspace = side == Side.TARGET ? request.target() : request.source();
    for (Shard shard : keyspace.shards()) {
      String label = keyspace.name() + "/" + shard.name();
      if (side != Side.REPLICA) {
        facts(side, label, shard.primary(), request, findings).ifPresent(facts::add);
      } else if (shard.replica().isPresent()) {
        facts(side, label + "/replica", shard.replica().get(), request, findings)
            .ifPresent(facts::add);
      } else {
        findings.add(
            Finding.refuse(
                REACHABILITY,
                label + "/replica",
                "the shard has no replica to read from",
                "add it to the shard in sluice.yaml, or use read-from: primary"));
      }
    }
    return facts;
  }

  private Optional<ServerFacts> facts(
      Side side,
      String label,
      Endpoint endpoint,
      PreflightRequest request,
      List<Finding> findings) {
    String role = side == Side.REPLICA ? "replica " : "primary ";
    try (Connection connection = sessions.open(endpoint, SessionProfile.CONTROL)) {
      ServerFacts facts =
          new ServerFactsReader(connection, clock, request.recordMaxBytes())
              .read(side, label, endpoint.schema(), sidecar, request.tables());
      findings.add(Finding.ok(REACHABILITY, label, role + endpoint + " answers"));
      return Optional.of(facts);
    } catch (SluiceException e) {
      findings.add(Finding.refuse(REACHABILITY, label, e.getMessage(), e.remedy()));
    } catch (SQLException e) {
      SluiceException known = new ErrorClassifier().classify(e, "read the facts of " + label);
      findings.add(Finding.refuse(REACHABILITY, label, known.getMessage(), known.remedy()));
    }
    return Optional.empty();
  }
}
