package dev.sluice.server;

import dev.sluice.mysql.replica.Replicas;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Endpoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far replicas are behind: looked up every two seconds for as long as somebody asks, on a
 * thread of its own. Thread-safe.
 */
final class TargetReplicas implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TargetReplicas.class);
  private static final long INTERVAL_SECONDS = 2;
  private static final long FORGET_NANOS = TimeUnit.SECONDS.toNanos(30);

  private static final class Watched {
    private final Endpoint replica;
    private volatile long askedNanos = System.nanoTime();
    private volatile Double seconds = Double.POSITIVE_INFINITY;
    private Connection connection;

    private Watched(Endpoint replica) {
      this.replica = replica;
    }
  }

  private final MySqlSessions sessions = new MySqlSessions("sluice-replica-lag");
  private final Map<String, Watched> watched = new ConcurrentHashMap<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread made = new Thread(work, "replica-lag");
            made.setDaemon(true);
            return made;
          });

  TargetReplicas() {
    thread.scheduleWithFixedDelay(this::look, 0, INTERVAL_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * Seconds behind as last seen; infinite for a server that answers and does not replicate, does
   * not answer, or has not been looked at yet.
   */
  Double lagSeconds(Endpoint replica) {
    Watched entry = watched.computeIfAbsent(replica.toString(), key -> new Watched(replica));
    entry.askedNanos = System.nanoTime();
    return entry.seconds;
  }

  private void look() {
    for (Watched entry : watched.values()) {
      if (System.nanoTime() - entry.askedNanos > FORGET_NANOS) {
        disconnect(entry);
        watched.values().remove(entry);
        continue;
      }
      try {
        if (entry.connection == null) {
          entry.connection = sessions.open(entry.replica, SessionProfile.CONTROL);
        }
        OptionalDouble behind = Replicas.secondsBehind(entry.connection);
        entry.seconds = behind.orElse(Double.POSITIVE_INFINITY);
      } catch (SQLException | SluiceException e) {
        entry.seconds = Double.POSITIVE_INFINITY;
        LOG.atDebug()
            .addKeyValue("server", entry.replica)
            .addKeyValue("reason", e.getMessage())
            .log("the replica's lag cannot be read");
        disconnect(entry);
      }
    }
  }

  private static void disconnect(Watched entry) {
    if (entry.connection != null) {
      try {
        entry.connection.close();
      } catch (SQLException e) {
        LOG.atDebug().addKeyValue("server", entry.replica).setCause(e).log("closing a connection");
      }
      entry.connection = null;
    }
  }

  @Override
  public void close() {
    thread.execute(() -> watched.values().forEach(TargetReplicas::disconnect));
    thread.shutdown();
  }
}
