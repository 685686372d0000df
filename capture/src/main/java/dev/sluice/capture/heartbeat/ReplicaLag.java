package dev.sluice.capture.heartbeat;

import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sidecar.Heartbeats;
import dev.sluice.schemas.keyspace.Endpoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the replica that is read is behind its primary, by the heartbeats written there: looked
 * up every second, on a thread of its own. Thread-safe.
 */
public final class ReplicaLag implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ReplicaLag.class);

  private final MySqlSessions sessions;
  private final Endpoint replica;
  private final Heartbeats heartbeats;
  private final String id;
  private final LagTracker lag;
  private final ScheduledExecutorService thread;
  private Connection connection;
  private volatile String visible;
  private volatile boolean known;

  /**
   * @param id of the stream's own heartbeat
   * @param lag knows when each heartbeat was written
   */
  public ReplicaLag(
      MySqlSessions sessions, Endpoint replica, String sidecar, String id, LagTracker lag) {
    this.sessions = sessions;
    this.replica = replica;
    this.heartbeats = new Heartbeats(sidecar);
    this.id = id;
    this.lag = lag;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread made = new Thread(work, "replica-lag-" + id);
              made.setDaemon(true);
              return made;
            });
  }

  public void start() {
    thread.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
  }

  /**
   * Seconds behind; goes on growing while the replica shows nothing new or does not answer. Null
   * before the first look.
   */
  public Double seconds() {
    return known ? lag.behindSeconds(visible) : null;
  }

  private void look() {
    try {
      if (connection == null) {
        connection = sessions.open(replica, SessionProfile.CONTROL);
      }
      visible = heartbeats.read(connection, id).map(Heartbeats.Heartbeat::token).orElse(null);
      known = true;
    } catch (SQLException | RuntimeException e) {
      // a look that throws would be the last one
      LOG.atDebug()
          .addKeyValue("server", replica)
          .addKeyValue("reason", e.getMessage())
          .log("the replica's heartbeat cannot be read");
      disconnect();
    }
  }

  private void disconnect() {
    Connection old = connection;
    connection = null;
    if (old != null) {
      try {
        old.close();
      } catch (SQLException | RuntimeException e) {
        LOG.atDebug().addKeyValue("server", replica).setCause(e).log("closing a broken connection");
      }
    }
  }

  @Override
  public void close() {
    thread.execute(this::disconnect);
    thread.shutdown();
    try {
      if (!thread.awaitTermination(2, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
