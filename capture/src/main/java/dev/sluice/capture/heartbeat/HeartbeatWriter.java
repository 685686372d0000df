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
  private static final int STATEMENT_CHECK_BEATS = 10;
  private static final String STATEMENT_SESSIONS =
      "SELECT COUNT(*) FROM performance_schema.variables_by_thread"
          + " WHERE VARIABLE_NAME = 'binlog_format' AND VARIABLE_VALUE <> 'ROW'";

  private final MySqlSessions sessions;
  private final Endpoint primary;
  private final Heartbeats heartbeats;
  private final String id;
  private final LagTracker lag;
  private final ScheduledExecutorService thread;
  private Connection connection;
  private boolean failing;
  private boolean statementSessions;
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
      if (beats++ % STATEMENT_CHECK_BEATS == 0) {
        checkSessions();
      }
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
  }

  /** A warning ahead of the error that the first such change would end the stream with. */
  private void checkSessions() throws SQLException {
    if (!canCheckSessions) {
      return;
    }
    boolean found;
    try {
      found = !Queries.text(connection, STATEMENT_SESSIONS).orElse("0").equals("0");
    } catch (SQLException e) {
      if (!connection.isValid(1)) {
        throw e;
      }
      canCheckSessions = false;
      LOG.atInfo()
          .addKeyValue("server", primary)
          .addKeyValue("reason", e.getMessage())
          .log("sessions with statement format cannot be watched for");
      return;
    }
    if (found && !statementSessions) {
      LOG.atWarn()
          .addKeyValue("server", primary)
          .log(
              "a session has binlog_format other than ROW: its first change would stop the stream");
    }
    statementSessions = found;
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
