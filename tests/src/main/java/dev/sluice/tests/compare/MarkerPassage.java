package dev.sluice.tests.compare;

import dev.sluice.tests.compare.JournalReader.JournalEntry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes a marker on every source shard and waits until every target shard has applied the cut that
 * carries it: what was committed before the marker is then on the target. Not thread-safe.
 */
public final class MarkerPassage {

  private static final long POLL_NANOS = 20_000_000L;

  private final String workflow;
  private final String journal;
  private final JournalReader reader;
  private final List<ShardToCompare> sources;
  private final List<ShardToCompare> targets;

  public MarkerPassage(
      String workflow,
      String journal,
      JournalReader reader,
      List<ShardToCompare> sources,
      List<ShardToCompare> targets) {
    this.workflow = workflow;
    this.journal = journal;
    this.reader = reader;
    this.sources = List.copyOf(sources);
    this.targets = List.copyOf(targets);
  }

  /** What has happened when the marker has passed, or how far it came. */
  public record Outcome(boolean passed, String detail, long millis) {}

  /** Writes the markers and waits. */
  public Outcome run(Duration timeout) throws SQLException {
    long began = System.nanoTime();
    long deadline = began + timeout.toNanos();
    List<String> tokens = new ArrayList<>();
    for (ShardToCompare source : sources) {
      tokens.add(write(source));
    }
    Map<Integer, JournalEntry> entries =
        reader.await(
            journal,
            sources.size(),
            timeout,
            (stream, cut) ->
                cut.markers().stream().anyMatch(m -> m.token().equals(tokens.get(stream))));
    if (entries.size() < sources.size()) {
      return new Outcome(
          false,
          "only " + entries.size() + " of " + sources.size() + " streams met their marker",
          millis(began));
    }
    for (ShardToCompare target : targets) {
      for (int stream = 0; stream < sources.size(); stream++) {
        JournalEntry entry = entries.get(stream);
        long applied = applied(target, stream, entry);
        while (applied < entry.cut().number()) {
          if (System.nanoTime() > deadline) {
            return new Outcome(
                false,
                "shard "
                    + target.keyRange()
                    + " has applied cut "
                    + applied
                    + ", the marker is in cut "
                    + entry.cut().number(),
                millis(began));
          }
          LockSupport.parkNanos(POLL_NANOS);
          applied = applied(target, stream, entry);
        }
      }
    }
    return new Outcome(true, "in cut " + entries.get(0).cut().number(), millis(began));
  }

  private static long millis(long began) {
    return Duration.ofNanos(System.nanoTime() - began).toMillis();
  }

  private String write(ShardToCompare source) throws SQLException {
    String token = UUID.randomUUID().toString();
    try (Connection connection = source.connections().openUtc();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO _sluice.marker (token, workflow, kind, written_at) VALUES (?, ?, 'PROBE', NOW(6))")) {
      insert.setString(1, token);
      insert.setString(2, workflow);
      insert.executeUpdate();
    }
    return token;
  }

  private long applied(ShardToCompare target, int stream, JournalEntry entry) throws SQLException {
    try (Connection connection = target.connections().openUtc();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT cut FROM _sluice.checkpoint WHERE workflow_uuid = ? AND direction = 'forward'"
                    + " AND stream = ? AND shard = ?")) {
      select.setString(1, entry.cut().workflowUuid());
      select.setString(2, sources.get(stream).keyRange());
      select.setString(3, target.keyRange());
      try (ResultSet result = select.executeQuery()) {
        return result.next() ? result.getLong(1) : -1;
      }
    }
  }
}
