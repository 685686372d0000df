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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes one keyspace give out only ids above all that another one has given out: by sequences where
 * it has several shards, else by its AUTO_INCREMENT counter. Only ever raises. Not thread-safe.
 *
 * <p>To be called ahead, when it may take a while and opens connections, again at the switch, when
 * nobody writes to {@code from} any more and it takes a few statements: what is high enough is left
 * as it is; and once more when {@code to} has the traffic. Until then its sequences are closed.
 */
public final class IdHandover implements AutoCloseable {

  /** What changes one server. */
  public interface Change {
    void on(Connection connection) throws SQLException;
  }

  /**
   * Carries changes out on the shard of a side with the lowest range, on a session in autocommit,
   * while nobody can who has been replaced: he is told so by FENCED instead.
   */
  public interface Guard {

    /**
     * @param action what is done, in the infinitive, for errors
     */
    void run(String action, Change change);
  }

  /**
   * One of the two keyspaces.
   *
   * @param columns of its tables that are moved
   * @param guard through which it is changed; nothing is changed in any other way
   */
  public record Side(Keyspace keyspace, IdColumns columns, Guard guard) {

    /** The shard that holds the keyspace's sequences. */
    private Endpoint lowest() {
      return keyspace.shards().get(0).primary();
    }
  }

  /** What is asked of one server. */
  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  private final MySqlSessions sessions;
  private final Sequences sequences;
  private final Side from;
  private final Side to;
  private final Set<String> tables = new TreeSet<>();
  private final Map<String, String> looked = new LinkedHashMap<>();
  private final Map<Endpoint, Connection> connections = new HashMap<>();

  /**
   * @param sidecar name of the sidecar schema on every shard
   * @param from has or had the traffic
   * @param to will have it
   * @param wanted the option {@code sequences: auto}; else nothing is ever done
   */
  public IdHandover(MySqlSessions sessions, String sidecar, Side from, Side to, boolean wanted) {
    this.sessions = sessions;
    this.sequences = new Sequences(sidecar);
    this.from = from;
    this.to = to;
    if (wanted) {
      // a side whose tables count nothing may still be given ids by sequences, and the other way
      tables.addAll(from.columns().counted().keySet());
      tables.addAll(to.columns().counted().keySet());
      looked.putAll(to.columns().counted());
      looked.entrySet().removeIf(one -> !from.columns().leads(one.getKey(), one.getValue()));
      looked.putAll(from.columns().counted());
    }
  }

  /**
   * Raises what is too low, ahead: {@code from} goes on. The sequences of {@code to} are made where
   * they are missing, and closed where they are not: it does not have the traffic.
   *
   * @throws dev.sluice.schemas.error.SluiceException classified
   */
  public void carry() {
    if (tables.isEmpty()) {
      return;
    }
    Map<String, Long> next = next();
    if (to.keyspace().sharded()) {
      raiseSequences(next);
    } else {
      raiseCounters(next);
    }
  }

  /**
   * At the switch, when nobody writes to {@code from} any more: closes its sequences, so that
   * nobody takes another block of them, then raises what {@code to} goes on with. {@link
   * Sequences#reopen} undoes the closing.
   *
   * @throws dev.sluice.schemas.error.SluiceException classified
   */
  public void handOver() {
    if (!tables.isEmpty() && from.keyspace().sharded()) {
      from.guard()
          .run(
              "close the sequences of " + from.keyspace().name(),
              connection -> sequences.close(connection, names(from)));
    }
    carry();
  }

  /**
   * When it is certain that {@code to} has the traffic, and never before: lets it give out ids.
   *
   * @throws dev.sluice.schemas.error.SluiceException classified
   */
  public void open() {
    if (!tables.isEmpty() && to.keyspace().sharded()) {
      to.guard()
          .run(
              "open the sequences of " + to.keyspace().name(),
              connection -> sequences.reopen(connection, names(to)));
    }
  }

  /** The lowest id by table that {@code from} has not given out, as far as it gives out any. */
  private Map<String, Long> next() {
    Map<String, Long> next = new HashMap<>();
    if (!looked.isEmpty()) {
      for (Shard shard : from.keyspace().shards()) {
        Endpoint primary = shard.primary();
        on(
                primary,
                "read the highest ids of " + from.keyspace().name() + "/" + shard.name(),
                connection -> new AutoIncrements(connection, primary.schema()).next(looked))
            .forEach((table, id) -> next.merge(table, id, IdMath::larger));
      }
    }
    Map<String, Long> given =
        on(
            from.lowest(),
            "read the sequences of " + from.keyspace().name(),
            connection -> sequences.read(connection, names(from)));
    for (String table : tables) {
      Long id = given.get(Sequences.name(from.keyspace().name(), table));
      if (id != null) {
        next.merge(table, id, IdMath::larger);
      }
    }
    return next;
  }

  private void raiseSequences(Map<String, Long> next) {
    String keyspace = to.keyspace().name();
    Map<String, Long> low =
        on(
            to.lowest(),
            "read the sequences of " + keyspace,
            connection -> {
              Map<String, Long> present = sequences.read(connection, names(to));
              Set<String> closed = sequences.closed(connection, names(to));
              Map<String, Long> found = new LinkedHashMap<>();
              next.forEach(
                  (table, id) -> {
                    String name = Sequences.name(keyspace, table);
                    Long now = present.get(name);
                    boolean high = now != null && Long.compareUnsigned(now, id) >= 0;
                    if (!high || !closed.contains(name)) {
                      found.put(name, id);
                    }
                  });
              return found;
            });
    if (!low.isEmpty()) {
      to.guard()
          .run(
              "raise the sequences of " + keyspace, connection -> sequences.raise(connection, low));
    }
  }

  /** Only where there is a counter: who gives out ids without one knows best what comes next. */
  private void raiseCounters(Map<String, Long> next) {
    Endpoint primary = to.lowest();
    Map<String, String> counted = new LinkedHashMap<>(to.columns().counted());
    counted.keySet().retainAll(next.keySet());
    if (counted.isEmpty()) {
      return;
    }
    Map<String, Long> now =
        on(
            primary,
            "read the AUTO_INCREMENT counters of " + to.keyspace().name(),
            connection -> new AutoIncrements(connection, primary.schema()).counters(counted));
    List<String> low = new ArrayList<>();
    for (String table : counted.keySet()) {
      Long counter = now.get(table);
      if (counter != null && Long.compareUnsigned(counter, next.get(table)) < 0) {
        low.add(table);
      }
    }
    if (!low.isEmpty()) {
      to.guard()
          .run(
              "raise the AUTO_INCREMENT counters of " + to.keyspace().name(),
              connection -> {
                AutoIncrements counters = new AutoIncrements(connection, primary.schema());
                for (String table : low) {
                  counters.raise(table, counted.get(table), now.get(table), next.get(table));
                }
              });
    }
  }

  /**
   * Deletes the sequences of {@code to}; for a workflow that is cancelled.
   *
   * @param connection to the shard of {@code to} with the lowest range, in autocommit
   */
  public void forget(Connection connection) throws SQLException {
    if (!tables.isEmpty() && to.keyspace().sharded()) {
      sequences.delete(connection, names(to));
    }
  }

  private List<String> names(Side side) {
    return tables.stream().map(table -> Sequences.name(side.keyspace().name(), table)).toList();
  }

  private <T> T on(Endpoint endpoint, String action, Work<T> work) {
    try {
      Connection connection = connections.get(endpoint);
      if (connection == null || !connection.isValid(5)) {
        connection = sessions.open(endpoint, SessionProfile.CONTROL);
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
