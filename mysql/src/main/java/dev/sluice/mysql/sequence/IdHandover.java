package dev.sluice.mysql.sequence;

import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.keyspace.Shard;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes one keyspace give out only ids above all that another one has given out: by sequences where
 * it has several shards, else by its AUTO_INCREMENT counter. Only ever raises. Not thread-safe.
 *
 * <p>To be called ahead, when it may take a while and opens connections, and again at the switch,
 * when nobody writes to {@code from} any more and it takes a few statements: what is high enough is
 * left as it is.
 */
public final class IdHandover implements AutoCloseable {

  /** What is asked of one server. */
  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  private final MySqlSessions sessions;
  private final Sequences sequences;
  private final Keyspace from;
  private final Keyspace to;
  private final Map<String, String> columns;
  private final boolean toSequences;
  private final Map<Endpoint, Connection> connections = new HashMap<>();

  /**
   * @param sidecar name of the sidecar schema on every shard
   * @param from has or had the traffic
   * @param to will have it
   * @param columns AUTO_INCREMENT column by table, of the moved tables that have one
   * @param wanted the option {@code sequences: auto}; else nothing is ever done
   */
  public IdHandover(
      MySqlSessions sessions,
      String sidecar,
      Keyspace from,
      Keyspace to,
      Map<String, String> columns,
      boolean wanted) {
    this.sessions = sessions;
    this.sequences = new Sequences(sidecar);
    this.from = from;
    this.to = to;
    this.columns = wanted ? new LinkedHashMap<>(columns) : Map.of();
    this.toSequences = to.sharded();
  }

  /**
   * Raises what is too low, ahead: {@code from} goes on, and what is closed stays closed.
   *
   * @throws dev.sluice.schemas.error.SluiceException classified
   */
  public void carry() {
    carry(false);
  }

  /**
   * At the switch, when nobody writes to {@code from} any more: closes its sequences, so that
   * nobody takes another block of them, then raises and opens those of {@code to}. Until a switch
   * back, {@code from} gives out no ids; {@link Sequences#reopen} undoes that.
   *
   * @throws dev.sluice.schemas.error.SluiceException classified
   */
  public void handOver() {
    if (columns.isEmpty()) {
      return;
    }
    if (from.sharded()) {
      on(
          lowest(from),
          "close the sequences of " + from.name(),
          connection -> {
            sequences.close(connection, names(from));
            return null;
          });
    }
    carry(true);
  }

  private void carry(boolean open) {
    if (columns.isEmpty()) {
      return;
    }
    Map<String, Long> next = next();
    if (toSequences) {
      raiseSequences(next, open);
    } else {
      to.shards().forEach(shard -> raiseCounters(shard, next));
    }
  }

  /** The lowest id by table that {@code from} has not given out. */
  private Map<String, Long> next() {
    Map<String, Long> next = new HashMap<>();
    for (Shard shard : from.shards()) {
      Endpoint primary = shard.primary();
      on(
              primary,
              "read the highest ids of " + from.name() + "/" + shard.name(),
              connection -> new AutoIncrements(connection, primary.schema()).next(columns))
          .forEach((table, id) -> next.merge(table, id, IdMath::larger));
    }
    Map<String, Long> given =
        on(
            lowest(from),
            "read the sequences of " + from.name(),
            connection -> sequences.read(connection, names(from)));
    columns
        .keySet()
        .forEach(
            table -> {
              Long id = given.get(Sequences.name(from.name(), table));
              if (id != null) {
                next.merge(table, id, IdMath::larger);
              }
            });
    return next;
  }

  private void raiseSequences(Map<String, Long> next, boolean open) {
    on(
        lowest(to),
        "raise the sequences of " + to.name(),
        connection -> {
          Map<String, Long> present = sequences.read(connection, names(to));
          Set<String> closed = sequences.closed(connection, names(to));
          Map<String, Long> low = new LinkedHashMap<>();
          next.forEach(
              (table, id) -> {
                String name = Sequences.name(to.name(), table);
                Long now = present.get(name);
                boolean high = now != null && Long.compareUnsigned(now, id) >= 0;
                if (closed.contains(name) ? open : !high) {
                  low.put(name, id);
                }
              });
          sequences.raise(connection, low);
          return null;
        });
  }

  private void raiseCounters(Shard shard, Map<String, Long> next) {
    String schema = shard.primary().schema();
    on(
        shard.primary(),
        "raise the AUTO_INCREMENT counters of " + to.name() + "/" + shard.name(),
        connection -> {
          AutoIncrements counters = new AutoIncrements(connection, schema);
          Map<String, Long> now = counters.counters(columns);
          for (Map.Entry<String, String> column : columns.entrySet()) {
            Long wanted = next.get(column.getKey());
            Long counter = now.get(column.getKey());
            if (wanted != null && counter != null && Long.compareUnsigned(counter, wanted) < 0) {
              counters.raise(column.getKey(), column.getValue(), counter, wanted);
            }
          }
          return null;
        });
  }

  /**
   * Deletes the sequences of {@code to}; for a workflow that is cancelled.
   *
   * @param connection to the shard of {@code to} with the lowest range, in autocommit
   */
  public void forget(Connection connection) throws SQLException {
    if (!columns.isEmpty() && toSequences) {
      sequences.delete(connection, names(to));
    }
  }

  private List<String> names(Keyspace keyspace) {
    return columns.keySet().stream().map(table -> Sequences.name(keyspace.name(), table)).toList();
  }

  /** The shard that holds a keyspace's sequences. */
  private static Endpoint lowest(Keyspace keyspace) {
    return keyspace.shards().get(0).primary();
  }

  private <T> T on(Endpoint endpoint, String action, Work<T> work) {
    try {
      Connection connection = connections.get(endpoint);
      if (connection == null || !connection.isValid(5)) {
        // an applier's session: the fence lets it pass, and it checks no foreign keys
        connection = sessions.open(endpoint, SessionProfile.APPLIER);
        Queries.update(connection, "SET SESSION wait_timeout = 600");
        connections.put(endpoint, connection);
      }
      return work.on(connection);
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, action);
    }
  }

  @Override
  public void close() {
    for (Connection connection : connections.values()) {
      try {
        connection.close();
      } catch (SQLException e) {
        // the server has closed it already
      }
    }
    connections.clear();
  }
}
