package dev.sluice.controller.upkeep;

import dev.sluice.controller.port.MoveServers;
import dev.sluice.controller.port.MoveServers.BinlogRoom;
import dev.sluice.controller.status.WorkflowStatus.ErrorView;
import dev.sluice.mysql.gtid.GtidSet;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.keyspace.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Warns long before a server purges the binary logs that a stream must read next, whether its
 * capture runs or not. Stateless.
 */
final class BinlogWatch {

  /** Code of the warning; see docs/operating/errors.md. */
  static final String EXPIRES_SOON = "BINLOG_EXPIRES_SOON";

  /** From this part of the time on that binary logs are kept. */
  private static final int PART = 2;

  private final MoveServers servers;

  BinlogWatch(MoveServers servers) {
    this.servers = servers;
  }

  /**
   * Looks at one stream.
   *
   * @param name of the stream, for the message
   * @param read the server that it reads
   * @param last its newest cut
   */
  Optional<ErrorView> look(String name, Endpoint read, Cut last, Instant now) {
    BinlogRoom room = servers.binlogs(read);
    GtidSet ours = GtidSet.parse(last.gtidSet());
    if (!ours.contains(room.purged())) {
      return Optional.of(
          new ErrorView(
              ErrorCode.BINLOG_PURGED.name(),
              "stream "
                  + name
                  + ": "
                  + read
                  + " has purged binary logs that the stream has not read",
              "begin the copy again: sluice start WORKFLOW --recopy"));
    }
    Instant position = Instant.ofEpochMilli(last.sourceTimeMillis());
    Duration age = Duration.between(position, now);
    if (room.kept().isZero() || age.compareTo(room.kept().dividedBy(PART)) <= 0) {
      return Optional.empty();
    }
    Duration left = room.kept().minus(age);
    return Optional.of(
        new ErrorView(
            EXPIRES_SOON,
            "stream "
                + name
                + " stands at "
                + position
                + ", and "
                + read
                + " keeps binary logs for "
                + words(room.kept())
                + ": they may be purged "
                + (left.isNegative() ? "at any moment" : "in " + words(left)),
            "start the workflow, or keep the logs longer there: SET GLOBAL binlog_expire_logs_seconds = "
                + 4 * Math.max(room.kept().toSeconds(), age.toSeconds())));
  }

  private static String words(Duration time) {
    if (time.toHours() > 0) {
      return time.toHours() + " h " + time.toMinutesPart() + " min";
    }
    return time.toMinutes() > 0 ? time.toMinutes() + " min" : time.toSeconds() + " s";
  }
}
