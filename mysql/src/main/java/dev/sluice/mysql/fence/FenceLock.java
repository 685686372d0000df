package dev.sluice.mysql.fence;

import dev.sluice.mysql.error.Retries;
import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one controller at a time work on a fence, by a named lock of the server. It belongs to a
 * session: when it is ours, no predecessor's statement can still be running here, DDL neither.
 * Stateless.
 */
final class FenceLock {

  private static final Logger log = LoggerFactory.getLogger(FenceLock.class);
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final String name;

  FenceLock(String sidecar, FencePlace place) {
    this.name = "sluice.fence." + hash(sidecar + "/" + place.id()).substring(0, 40);
  }

  /** SHA-256 of a text, in hex: names of fixed length for things with long names. */
  static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Takes the lock when its holder lets it go; a controller's changes take milliseconds. */
  void take(Connection connection) {
    Retries.within(LIMIT)
        .call(
            "change the fence",
            () -> {
              if (!tryTake(connection, 2)) {
                throw busy();
              }
              return null;
            });
  }

  /**
   * Takes the lock, and ends the session that holds it: whoever it is and from wherever it comes,
   * nobody but a controller takes a lock of this name. To be called by one that is not fenced.
   */
  void takeFromPredecessor(Connection connection) {
    Retries.within(LIMIT)
        .call(
            "take over the fence",
            () -> {
              if (tryTake(connection, 0)) {
                return null;
              }
              endHolder(connection);
              if (!tryTake(connection, 1)) {
                throw busy();
              }
              return null;
            });
  }

  private void endHolder(Connection connection) throws SQLException {
    Optional<String> holder =
        Queries.text(connection, "SELECT IS_USED_LOCK(" + Literals.string(name) + ")");
    if (holder.isEmpty()) {
      return;
    }
    log.atInfo()
        .addKeyValue("lock", name)
        .addKeyValue("connection", holder.get())
        .log("ending the session of a controller before this one");
    if (!Sessions.kill(connection, holder.get())) {
      log.atWarn()
          .addKeyValue("lock", name)
          .addKeyValue("connection", holder.get())
          .log("this account may not end the session; waiting for its end");
    }
  }

  private boolean tryTake(Connection connection, int seconds) throws SQLException {
    return Queries.text(
            connection, "SELECT GET_LOCK(" + Literals.string(name) + ", " + seconds + ")")
        .filter("1"::equals)
        .isPresent();
  }

  /** Lets it go; a session that has ended has let it go by that. */
  void release(Connection connection) {
    try {
      Queries.text(connection, "SELECT RELEASE_LOCK(" + Literals.string(name) + ")");
    } catch (SQLException e) {
      log.atDebug().setCause(e).log("the session that held the fence's lock is gone");
    }
  }

  private static SluiceException busy() {
    return new SluiceException(
        ErrorCode.MYSQL_CONTENTION,
        "another session works on the fence",
        "nothing: it is tried again; if it goes on, end the session named sluice-fence on the"
            + " server");
  }
}
