package dev.sluice.capture.heartbeat;

import dev.sluice.capture.engine.DebeziumSource;
import dev.sluice.capture.stream.StreamErrors;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sidecar.Heartbeats;
import dev.sluice.schemas.keyspace.Endpoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/**
 * Notices an engine that has fallen silent without an error: no event for five seconds while
 * somebody waits for one, although a heartbeat was committed in between and the server read shows
 * it, or although none could be written for as long. Used by the stream's thread.
 */
public final class Watchdog {

  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** An engine may take this long to connect and to read its schema history. */
  private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** A heartbeat takes some time to come by. */
  private static final long BEAT_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final DebeziumSource source;
  private final LagTracker lag;
  private final MySqlSessions sessions;
  private final Endpoint read;
  private final Heartbeats heartbeats;
  private final String heartbeatId;

  public Watchdog(
      DebeziumSource source,
      LagTracker lag,
      MySqlSessions sessions,
      Endpoint read,
      String sidecar,
      String heartbeatId) {
    this.source = source;
    this.lag = lag;
    this.sessions = sessions;
    this.read = read;
    this.heartbeats = new Heartbeats(sidecar);
    this.heartbeatId = heartbeatId;
  }

  /**
   * To be called while the stream waits for events.
   *
   * @throws dev.sluice.schemas.error.SluiceException STREAM_BROKEN
   */
  public void check() {
    long silent = source.silentNanos();
    long bound = source.hasDelivered() ? SILENCE_NANOS : START_NANOS;
    if (silent >= bound && lag.failingNanos() >= SILENCE_NANOS) {
      // the address may lead to another server, or to none; a new start looks at what is there
      throw StreamErrors.broken(
          "no event from the binary log of "
              + read
              + " for "
              + TimeUnit.NANOSECONDS.toSeconds(silent)
              + " s, and no heartbeat could be written: "
              + lag.failure());
    }
    if (silent < bound || !lag.wroteBetween(System.nanoTime() - silent, BEAT_NANOS)) {
      return;
    }
    if (heartbeatIsVisible()) {
      throw StreamErrors.broken(
          "no event from the binary log of "
              + read
              + " for "
              + TimeUnit.NANOSECONDS.toSeconds(silent)
              + " s, although a heartbeat was written");
    }
  }

  /** A replica may be behind itself: then there is nothing that the engine could have delivered. */
  private boolean heartbeatIsVisible() {
    try (Connection connection = sessions.open(read, SessionProfile.CONTROL)) {
      return heartbeats
          .read(connection, heartbeatId)
          .filter(beat -> lag.isUnseen(beat.token()))
          .isPresent();
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, "read the heartbeat on " + read);
    }
  }
}
