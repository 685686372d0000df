package dev.sluice.capture.copy;

import dev.sluice.capture.stream.Repairs;
import dev.sluice.capture.stream.RowRouter;
import dev.sluice.capture.stream.StreamErrors;
import dev.sluice.capture.value.TextDecoders;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.gtid.GtidSet;
import dev.sluice.mysql.gtid.GtidWaiter;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.request.Request;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.StreamId;
import dev.sluice.schemas.workflow.TablePlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads rows again by their keys, over a connection of its own each time. Used by one thread. */
public final class JdbcRepairs implements Repairs {

  private static final Logger LOG = LoggerFactory.getLogger(JdbcRepairs.class);
  private static final Duration POSITION_TIMEOUT = Duration.ofSeconds(10);

  /** Keys of one statement. */
  private static final int KEYS = 200;

  private final MySqlSessions sessions;
  private final Endpoint read;
  private final MovePlan plan;
  private final StreamId stream;
  private final TextDecoders texts;
  private final RowRouter router;
  private final Supplier<List<Request.Repair>> asked;

  /**
   * @param asked what the stream is asked to repair now, oldest first; cheap
   */
  public JdbcRepairs(
      MySqlSessions sessions,
      Endpoint read,
      MovePlan plan,
      StreamId stream,
      TextDecoders texts,
      Supplier<List<Request.Repair>> asked) {
    this.sessions = sessions;
    this.read = read;
    this.plan = plan;
    this.stream = stream;
    this.texts = texts;
    this.router = new RowRouter(plan, stream);
    this.asked = asked;
  }

  @Override
  public String next(Collection<String> done) {
    return asked.get().stream()
        .map(Request.Repair::id)
        .filter(id -> !done.contains(id))
        .findFirst()
        .orElse(null);
  }

  @Override
  public Set<String> stillAsked(Collection<String> done) {
    return asked.get().stream()
        .map(Request.Repair::id)
        .filter(done::contains)
        .collect(Collectors.toSet());
  }

  @Override
  public List<Found> read(String gtidSet, String id) {
    Request.Repair request =
        asked.get().stream().filter(r -> r.id().equals(id)).findFirst().orElse(null);
    if (request == null) {
      return List.of();
    }
    try {
      return read(gtidSet, request);
    } catch (IllegalArgumentException e) {
      LOG.atWarn()
          .addKeyValue("stream", stream)
          .addKeyValue("request", id)
          .setCause(e)
          .log("repair request cannot be understood; nothing is repaired for it");
      return List.of();
    }
  }

  private List<Found> read(String gtidSet, Request.Repair request) {
    TablePlan table = plan.table(request.table());
    TableSchema schema = table.schema();
    int number = plan.tables().indexOf(table);
    Map<RepairKeys.Same, Asked> keys = new LinkedHashMap<>();
    for (Request.Repair.Key key : request.keys()) {
      Object[] values = RepairKeys.values(schema, key, texts);
      keys.computeIfAbsent(RepairKeys.Same.of(values), k -> new Asked(values, new HashSet<>()))
          .partitions()
          .addAll(partitions(key.shards()));
    }
    List<Object[]> rows = rows(gtidSet, schema, List.copyOf(keys.values()));
    List<Found> found = new ArrayList<>();
    Set<RepairKeys.Same> sent = new HashSet<>();
    for (Object[] row : rows) {
      Object[] key = router.key(number, row);
      RepairKeys.Same same = RepairKeys.Same.of(key);
      if (sent.add(same)) {
        int right = router.partition(number, row);
        found.add(new Found(number, right, key, row));
        Asked also = keys.get(same);
        if (also != null) {
          // what it has elsewhere is not to be there
          also.partitions().remove(right);
        }
      }
    }
    for (Asked key : keys.values()) {
      for (int partition : key.partitions()) {
        found.add(new Found(number, partition, key.values(), null));
      }
    }
    LOG.atInfo()
        .addKeyValue("stream", stream)
        .addKeyValue("request", request.id())
        .addKeyValue("table", request.table())
        .addKeyValue("keys", keys.size())
        .addKeyValue("rows", rows.size())
        .log("rows are read again");
    return found;
  }

  @SuppressWarnings("ArrayRecordComponent") // identity is never asked for
  private record Asked(Object[] values, Set<Integer> partitions) {}

  private Set<Integer> partitions(List<String> shards) {
    List<String> written = plan.writtenShards(stream.direction());
    Set<Integer> partitions = new HashSet<>();
    for (String shard : shards) {
      int number = written.indexOf(shard);
      if (number < 0) {
        throw new IllegalArgumentException("no shard " + shard + " among " + written);
      }
      partitions.add(plan.partition(stream.direction(), stream.number(), number));
    }
    return partitions;
  }

  private List<Object[]> rows(String gtidSet, TableSchema schema, List<Asked> keys) {
    TableQueries queries = new TableQueries(read.schema(), schema);
    try (Connection connection = sessions.open(read, SessionProfile.READER)) {
      open(connection, GtidSet.parse(gtidSet), schema);
      List<Object[]> rows = new ArrayList<>();
      for (int from = 0; from < keys.size(); from += KEYS) {
        String where =
            keys.subList(from, Math.min(keys.size(), from + KEYS)).stream()
                .map(key -> RepairKeys.condition(schema, key.values()))
                .collect(Collectors.joining(" OR "));
        rows.addAll(
            Queries.list(
                connection,
                queries.select() + " WHERE " + where,
                result -> RowValues.of(schema, result, texts)));
      }
      Queries.update(connection, "COMMIT");
      return rows;
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, "read rows of table " + schema.name() + " again");
    }
  }

  private void open(Connection connection, GtidSet position, TableSchema schema)
      throws SQLException {
    if (!GtidWaiter.waitFor(connection, position, POSITION_TIMEOUT)) {
      throw StreamErrors.broken(
          read
              + " did not execute the stream's own position within "
              + POSITION_TIMEOUT.toSeconds()
              + " s");
    }
    Queries.update(connection, "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
    ColumnCheck check = new ColumnCheck(read.schema(), List.of(schema));
    if (stream.direction() == Direction.FORWARD) {
      check.check(connection);
    } else {
      // an older server shows types of the same columns in other words
      check.checkNames(connection);
    }
  }
}
