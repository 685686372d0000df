package dev.sluice.capture.stream;

import dev.sluice.capture.filter.LoopFilter;
import dev.sluice.mysql.gtid.GtidSet;
import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.workflow.StreamId;
import java.util.ArrayList;
import java.util.List;

/**
 * Follows BEGIN, rows and END, holds their order against what a binary log can hold. Not
 * thread-safe.
 */
final class TransactionReader {

  /** Positions in a binary log file have so many values: behind 4 GiB they begin again. */
  private static final long POSITIONS = 1L << 32;

  private final LoopFilter loops;
  private final String heartbeatId;
  private final List<SourceEvent.HeartbeatRow> heartbeats = new ArrayList<>();
  private String ownHeartbeat;
  private SourceEvent.Begin begin;
  private boolean inTransaction;
  private long lastPos;
  private int lastRow;
  private Op lastOp;
  private boolean wrapped;
  private GtidSet start;
  private boolean connected;

  TransactionReader(StreamId stream, String heartbeatId) {
    this.loops = new LoopFilter(stream);
    this.heartbeatId = heartbeatId;
  }

  /** The source is told to deliver what follows this executed set. */
  void beginsBehind(String gtidSet) {
    start = GtidSet.parse(gtidSet);
    connected = false;
  }

  /**
   * Checks that the source delivers from where it was told to, whatever it may have done to its
   * position: what lay between would be in no cut, and every later cut would say it is (I3).
   *
   * @throws dev.sluice.schemas.error.SluiceException STREAM_BROKEN
   */
  void checkPlace(SourceEvent event) {
    if (event instanceof SourceEvent.Connected place) {
      GtidSet delivers = GtidSet.parse(place.gtidSet());
      if (connected || !delivers.equals(start)) {
        throw StreamErrors.broken(
            "the engine begins behind " + delivers + " and not behind " + start);
      }
      connected = true;
    } else if (!connected) {
      throw StreamErrors.broken("an event has come from an engine that is not connected");
    } else if (start != null && event instanceof SourceEvent.Begin first) {
      GtidSet before = GtidSet.parse(first.gtidSetBefore());
      // statements outside of transactions come without BEGIN: the set may hold more
      if (!before.contains(start) || start.contains(GtidSet.parse(first.gtid()))) {
        throw StreamErrors.broken(
            "transaction " + first.gtid() + " behind " + before + " cannot follow " + start);
      }
      start = null;
    }
  }

  /**
   * Takes the next event.
   *
   * @return true when it belongs to an echo of the other direction
   * @throws dev.sluice.schemas.error.SluiceException STREAM_BROKEN or XA_TRANSACTION
   */
  boolean accept(SourceEvent event) {
    if (event instanceof SourceEvent.Connected) {
      return false;
    }
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
      if (heartbeat.id().equals(heartbeatId)) {
        ownHeartbeat = heartbeat.token();
      }
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
    wrapped = false;
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
    // an update of the key comes as delete and create from one place
    boolean pair =
        row.pos() == lastPos
            && row.row() == lastRow
            && lastOp == Op.DELETE
            && row.op() == Op.CREATE;
    if (!pair && !rises(row)) {
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

  /**
   * A transaction may make its file longer than positions can tell: they begin again then. The
   * event that lies across that place comes with the position of the one before it.
   */
  private boolean rises(SourceEvent.Row row) {
    if (lastPos < 0) {
      return true;
    }
    long ahead = Math.floorMod(row.pos() - lastPos, POSITIONS);
    if (ahead == 0) {
      if (row.row() > lastRow) {
        return true;
      }
      boolean across = !wrapped && row.row() == 0 && lastPos >= POSITIONS / 2;
      wrapped |= across;
      return across;
    }
    if (row.pos() < lastPos) {
      wrapped = false;
    }
    return ahead < POSITIONS / 2;
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

  /** Token of the newest heartbeat of the stream's own since the last call; null for none. */
  String takeOwnHeartbeat() {
    String taken = ownHeartbeat;
    ownHeartbeat = null;
    return taken;
  }
}
