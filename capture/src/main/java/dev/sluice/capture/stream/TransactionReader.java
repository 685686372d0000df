package dev.sluice.capture.stream;

import dev.sluice.capture.filter.LoopFilter;
import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.workflow.StreamId;
import java.util.ArrayList;
import java.util.List;

/**
 * Follows BEGIN, rows and END, holds their order against what a binary log can hold. Not
 * thread-safe.
 */
final class TransactionReader {

  private final LoopFilter loops;
  private final String heartbeatId;
  private final List<SourceEvent.HeartbeatRow> heartbeats = new ArrayList<>();
  private boolean ownHeartbeat;
  private SourceEvent.Begin begin;
  private boolean inTransaction;
  private long lastPos;
  private int lastRow;
  private Op lastOp;

  TransactionReader(StreamId stream, String heartbeatId) {
    this.loops = new LoopFilter(stream);
    this.heartbeatId = heartbeatId;
  }

  /**
   * Takes the next event.
   *
   * @return true when it belongs to an echo of the other direction
   * @throws dev.sluice.schemas.error.SluiceException STREAM_BROKEN or XA_TRANSACTION
   */
  boolean accept(SourceEvent event) {
    if (event instanceof SourceEvent.Begin next) {
      begin(next);
      return false;
    }
    if (event instanceof SourceEvent.End end) {
      end(end);
      return false;
    }
    if (!inTransaction) {
      throw StreamErrors.xa("a row of the binary log");
    }
    if (event instanceof SourceEvent.Row row) {
      checkOrder(row);
    } else if (event instanceof SourceEvent.HeartbeatRow heartbeat) {
      heartbeats.add(heartbeat);
      ownHeartbeat |= heartbeat.id().equals(heartbeatId);
    }
    return loops.drops(event);
  }

  private void begin(SourceEvent.Begin next) {
    if (inTransaction) {
      throw StreamErrors.broken(
          "BEGIN of " + next.gtid() + " while transaction " + begin.gtid() + " has no END");
    }
    begin = next;
    inTransaction = true;
    lastPos = -1;
    lastRow = -1;
    lastOp = null;
    loops.begin();
  }

  private void end(SourceEvent.End end) {
    if (!inTransaction || !end.gtid().equals(begin.gtid())) {
      throw StreamErrors.broken(
          "END of " + end.gtid() + (inTransaction ? " inside " + begin.gtid() : " without BEGIN"));
    }
    inTransaction = false;
  }

  private void checkOrder(SourceEvent.Row row) {
    boolean rises = row.pos() > lastPos || row.pos() == lastPos && row.row() > lastRow;
    // an update of the key comes as delete and create from one place
    boolean pair =
        row.pos() == lastPos
            && row.row() == lastRow
            && lastOp == Op.DELETE
            && row.op() == Op.CREATE;
    if (!rises && !pair) {
      throw StreamErrors.broken(
          "rows of transaction "
              + begin.gtid()
              + " do not rise: "
              + row.pos()
              + "/"
              + row.row()
              + " after "
              + lastPos
              + "/"
              + lastRow);
    }
    lastPos = row.pos();
    lastRow = row.row();
    lastOp = row.op();
  }

  /** The newest transaction's BEGIN. */
  SourceEvent.Begin begin() {
    return begin;
  }

  boolean inTransaction() {
    return inTransaction;
  }

  /** Heartbeats met since the last call. */
  List<SourceEvent.HeartbeatRow> takeHeartbeats() {
    if (heartbeats.isEmpty()) {
      return List.of();
    }
    List<SourceEvent.HeartbeatRow> taken = List.copyOf(heartbeats);
    heartbeats.clear();
    return taken;
  }

  /** True when the stream's own heartbeat was met since the last call. */
  boolean takeOwnHeartbeat() {
    boolean taken = ownHeartbeat;
    ownHeartbeat = false;
    return taken;
  }
}
