package dev.sluice.controller.servers;

import dev.sluice.controller.port.Drain;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.JournalFollower;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * {@link Drain} by the journal and the checkpoint rows themselves: a status could be a second old.
 */
final class JournalDrain implements Drain {

  private static final long POLL_MILLIS = 2;

  /** One shard written, asked over a connection of its own. */
  private record Shard(
      String name, Connection connection, PreparedStatement places, PreparedStatement parked) {}

  private final Direction direction;
  private final WorkflowRecord record;
  private final JournalFollower follower;
  private final AfterFence after;
  private final Map<Integer, Long> fenceCuts = new HashMap<>();
  private final List<Shard> shards = new ArrayList<>();

  /**
   * @param follower started, tells {@code after}
   * @param written primaries by shard written
   */
  JournalDrain(
      WorkflowRecord record,
      Direction direction,
      JournalFollower follower,
      AfterFence after,
      MySqlSessions sessions,
      Map<String, Endpoint> written,
      String sidecar) {
    this.record = record;
    this.direction = direction;
    this.follower = follower;
    this.after = after;
    try {
      written.forEach((name, endpoint) -> shards.add(open(name, sessions, endpoint, sidecar)));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private Shard open(String name, MySqlSessions sessions, Endpoint endpoint, String sidecar) {
    Connection connection = sessions.open(endpoint, SessionProfile.CONTROL);
    String where = " WHERE workflow_uuid = ? AND direction = ? AND shard = ?";
    try {
      PreparedStatement places =
          connection.prepareStatement(
              "SELECT stream, journal_offset FROM "
                  + Identifiers.qualified(sidecar, "checkpoint")
                  + where);
      PreparedStatement parked =
          connection.prepareStatement(
              "SELECT COUNT(*) FROM " + Identifiers.qualified(sidecar, "parked") + where);
      for (PreparedStatement statement : List.of(places, parked)) {
        statement.setString(1, record.uuid());
        statement.setString(2, direction.word());
        statement.setString(3, name);
      }
      Shard shard = new Shard(name, connection, places, parked);
      // the first use costs more than the later ones
      places(shard);
      parked(shard);
      return shard;
    } catch (SQLException e) {
      close(connection);
      throw new ErrorClassifier().classify(e, "read the checkpoints of " + endpoint);
    }
  }

  @Override
  public void await(Map<String, String> tokens, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    Map<String, Long> goals = new LinkedHashMap<>();
    List<String> streams = record.plan().readShards(direction);
    for (int stream = 0; stream < streams.size(); stream++) {
      String shard = streams.get(stream);
      Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
      JournalFollower.Passed passed =
          follower
              .awaitMarker(stream, tokens.get(shard), left)
              .orElseThrow(
                  () -> timeout("stream " + shard + " has not brought the fence's change", limit));
      goals.put(shard, passed.journalOffset());
      fenceCuts.put(stream, passed.cut().number());
    }
    for (Shard shard : shards) {
      await(shard, goals, end, limit);
    }
  }

  @Override
  public void requireSilence() {
    after
        .written(fenceCuts)
        .ifPresent(
            what -> {
              throw new SluiceException(
                  ErrorCode.FENCE_BYPASSED,
                  "the side that is to lose the traffic has been written to past its fence: "
                      + what,
                  "find out who writes there (DDL, TRUNCATE, sessions with @sluice_applier), then"
                      + " ask again");
            });
  }

  private void await(Shard shard, Map<String, Long> goals, long end, Duration limit)
      throws InterruptedException {
    while (true) {
      String missing = missing(shard, goals);
      if (missing == null) {
        return;
      }
      if (System.nanoTime() - end > 0) {
        throw timeout(missing, limit);
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  /** What is still waited for; null for nothing. */
  private String missing(Shard shard, Map<String, Long> goals) {
    try {
      Map<String, Long> places = places(shard);
      for (Map.Entry<String, Long> goal : goals.entrySet()) {
        if (places.getOrDefault(goal.getKey(), -1L) < goal.getValue()) {
          return "applier "
              + shard.name()
              + " has not applied all that stream "
              + goal.getKey()
              + " brought before the fence";
        }
      }
      long parked = parked(shard);
      return parked == 0 ? null : "applier " + shard.name() + " has parked " + parked + " rows";
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, "read the checkpoints of shard " + shard.name());
    }
  }

  private static Map<String, Long> places(Shard shard) throws SQLException {
    Map<String, Long> places = new HashMap<>();
    try (ResultSet row = shard.places().executeQuery()) {
      while (row.next()) {
        places.put(row.getString(1), row.getLong(2));
      }
    }
    return places;
  }

  private static long parked(Shard shard) throws SQLException {
    try (ResultSet row = shard.parked().executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private static SluiceException timeout(String what, Duration limit) {
    return new SluiceException(
        ErrorCode.SWITCH_TIMEOUT,
        what + " within " + limit.toMillis() + " ms",
        "look at the lag of streams and appliers in the status, then ask again");
  }

  @Override
  public void close() {
    follower.close();
    shards.forEach(shard -> close(shard.connection()));
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      // the server has closed it already
    }
  }
}
