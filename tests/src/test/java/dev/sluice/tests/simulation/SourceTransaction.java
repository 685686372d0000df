package dev.sluice.tests.simulation;

import dev.sluice.capture.stream.SourceEvent;
import dev.sluice.schemas.workflow.Direction;
import java.util.ArrayList;
import java.util.List;

/**
 * One transaction in a server's binary log. Immutable.
 *
 * @param number its GTID's number, from 1 without gaps
 * @param sidecar a marker, heartbeat or checkpoint row that it begins with; null when there is none
 */
record SourceTransaction(long number, SourceEvent sidecar, List<RowWrite> writes, long timeMillis) {

  private static final String FILE = "binlog.000001";
  private static final long TRANSACTION_BYTES = 10_000;

  /** An applier of the opposite direction wrote it: it must not travel back (I6). */
  boolean echo() {
    return sidecar instanceof SourceEvent.CheckpointRow row
        && row.workflowUuid().equals(World.WORKFLOW_UUID)
        && row.direction().equals(Direction.REVERSE.word());
  }

  /** As the binary log shows it. */
  List<SourceEvent> events(String uuid) {
    List<SourceEvent> events = new ArrayList<>(writes.size() + 3);
    String gtid = uuid + ":" + number;
    long pos = number * TRANSACTION_BYTES;
    events.add(new SourceEvent.Begin(gtid, FakeServer.gtidSet(uuid, number - 1), FILE, pos));
    if (sidecar != null) {
      events.add(sidecar);
    }
    for (RowWrite write : writes) {
      pos += 10;
      events.add(
          new SourceEvent.Row(
              write.table(), write.op(), write.before(), write.after(), FILE, pos, 0, timeMillis));
    }
    events.add(new SourceEvent.End(gtid, timeMillis));
    return events;
  }
}
