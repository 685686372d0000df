package dev.sluice.capture.heartbeat;

import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sidecar.Heartbeats;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.keyspace.Endpoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the stream's heartbeat row on the primary every second, on a thread of its own.
 * Thread-safe.
 */
public final class HeartbeatWriter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HeartbeatWriter.class);
  private static final int SESSION_CHECK_BEATS = 300;

  /** The server builds every variable of every session for it: bounded, and not often. */
  private static final String UNHEARD_SESSIONS =
      "SELECT /*+ MAX_EXECUTION_TIME(1000) */ COUNT(*) FROM performance_schema.variables_by_thread"
          + " WHERE VARIABLE_NAME = 'binlog_format' AND VARIABLE_VALUE <> 'ROW'"
          + " OR VARIABLE_NAME = 'sql_log_bin' AND VARIABLE_VALUE = 'OFF'";

  private final MySqlSessions sessions;
  private final Endpoint primary;
  private final Heartbeats heartbeats;
  private final String id;
  private final LagTracker lag;
  private final ScheduledExecutorService thread;
  private Connection connection;
  private boolean failing;
  private boolean unheardSessions;
  private boolean canCheckSessions = true;
  private int beats;

  public HeartbeatWriter(
      MySqlSessions sessions, Endpoint primary, String sidecar, String id, LagTracker lag) {
    this.sessions = sessions;
    this.primary = primary;
    this.heartbeats = new Heartbeats(sidecar);
    this.id = id;
    this.lag = lag;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread made = new Thread(work, "heartbeat-" + id);
              made.setDaemon(true);
              return made;
            });
  }

  public void start() {
    thread.scheduleWithFixedDelay(this::beat, 0, 1, TimeUnit.SECONDS);
  }

  /** Whatever goes wrong, the next beat is tried: a beat that throws would be the last one. */
  private void beat() {
    lag.begins();
    try {
      if (connection == null) {
        connection = sessions.open(primary, SessionProfile.CONTROL);
      }
      long started = System.nanoTime();
      lag.written(heartbeats.beat(connection, id), started);
      failing = false;
    } catch (SQLException | RuntimeException e) {
      lag.failed(String.valueOf(e.getMessage()));
      disconnect();
      if (!failing) {
        failing = true;
        LOG.atWarn()
            .addKeyValue("heartbeat", id)
            .addKeyValue("server", primary)
            .addKeyValue("reason", e.getMessage())
            .log("the heartbeat cannot be written; trying again every second");
      }
    } finally {
      lag.ended();
    }
    if (!failing && canCheckSessions && beats++ % SESSION_CHECK_BEATS == 0) {
      checkSessions();
    }
  }

  /**
   * A warning ahead of the error that the first such change would end the stream with, or of a
   * difference that only a VDiff would show.
   */
  private void checkSessions() {
    boolean found;
    try {
      found = !Queries.text(connection, UNHEARD_SESSIONS).orElse("0").equals("0");
    } catch (SQLException | RuntimeException e) {
      // a connection that broke shows at the next beat
      canCheckSessions = false;
      LOG.atInfo()
          .addKeyValue("server", primary)
          .addKeyValue("reason", e.getMessage())
          .log("sessions whose changes are not logged as rows cannot be watched for");
      return;
    }
    if (found && !unheardSessions) {
      LOG.atWarn()
          .addKeyValue("server", primary)
          .log(
              "a session has binlog_format other than ROW, which would stop the stream at its first"
                  + " change, or sql_log_bin = OFF, whose changes the target would never get");
    }
    unheardSessions = found;
  }

  private void disconnect() {
    Connection old = connection;
    connection = null;
    if (old != null) {
      try {
        old.close();
      } catch (SQLException | RuntimeException e) {
        LOG.atDebug().addKeyValue("heartbeat", id).setCause(e).log("closing a broken connection");
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
