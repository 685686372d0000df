package dev.sluice.capture;

import dev.sluice.capture.heartbeat.LagTracker;
import dev.sluice.capture.heartbeat.ReplicaLag;
import dev.sluice.capture.stream.StreamCore;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.CopyProgress;
import dev.sluice.schemas.journal.CopyProgress.TableProgress;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.status.StreamStatus;
import dev.sluice.schemas.status.StreamStatus.TableCopy;
import dev.sluice.schemas.status.UnitError;
import dev.sluice.schemas.workflow.StreamId;
import java.time.Instant;
import java.util.List;

/**
 * Tells what the stream is doing, at most once a second and at each change. Used by the stream's
 * thread.
 */
final class StatusReporter {

  private static final long INTERVAL_MILLIS = 1_000;

  private final CaptureContext context;
  private final StreamCore core;
  private final LagTracker lag;
  private final CopyGate gate;
  private final ReplicaLag replica;
  private String stage = "";
  private Instant stageSince;
  private long lastMillis;
  private String gtidExecuted = "";
  private long cutNumber;

  /**
   * @param replica null when the primary is read
   */
  StatusReporter(
      CaptureContext context, StreamCore core, LagTracker lag, CopyGate gate, ReplicaLag replica) {
    this.gate = gate;
    this.replica = replica;
    this.context = context;
    this.core = core;
    this.lag = lag;
    this.stageSince = context.clock().instant();
  }

  void starting(String what) {
    push("starting", what, null, true);
  }

  /** The stream runs; pushes only when it is time or something changed. */
  void running() {
    if (core.copyComplete()) {
      push(
          "streaming",
          core.consistent() ? "following the binary log" : "waiting for the COPIED marker",
          null,
          false);
    } else if (core.sliceIsOpen()) {
      push("copying", "copying rows", null, false);
    } else {
      push(
          "copying",
          gate.kind() == null ? "catching up between slices" : "copy held back: " + gate.kind(),
          null,
          false);
    }
  }

  void stopped() {
    push("stopped", "stopped", null, true);
  }

  void failed(SluiceException error) {
    push(UnitError.stateOf(error), "failed", UnitError.of(error), true);
  }

  private void push(String state, String newStage, UnitError error, boolean always) {
    long now = context.clock().millis();
    boolean changed = !newStage.equals(stage);
    // slices open and close several times a second at worst: that alone is no news
    boolean news = always || changed && !bothCopying(stage, newStage);
    if (!news && now - lastMillis < INTERVAL_MILLIS) {
      return;
    }
    if (changed) {
      stage = newStage;
      stageSince = Instant.ofEpochMilli(now);
    }
    lastMillis = now;
    context.status().accept(status(state, error, Instant.ofEpochMilli(now)));
  }

  private static boolean bothCopying(String from, String to) {
    return from.startsWith("c") && to.startsWith("c");
  }

  private StreamStatus status(String state, UnitError error, Instant now) {
    StreamId stream = context.stream();
    Cut cut = core.lastCut();
    if (cut != null) {
      gtidExecuted = cut.gtidSet();
      cutNumber = cut.number();
      if (cut.sourceTimeMillis() > 0) {
        lag.journalIs((now.toEpochMilli() - cut.sourceTimeMillis()) / 1_000.0);
      }
    }
    CopyProgress progress = core.copyProgress();
    return new StreamStatus(
        stream.toString(),
        stream.workflow(),
        stream.workflowUuid(),
        stream.direction().word(),
        stream.shard(),
        state,
        stage,
        stageSince,
        gtidExecuted,
        lag.lagSeconds(),
        cutNumber,
        core.captureEpoch(),
        core.copyComplete(),
        cut != null && cut.consistent(),
        progress == null ? List.of() : progress.tables().stream().map(this::table).toList(),
        error,
        error != null && error.retryable() ? now : null,
        now,
        cut == null ? 0 : cut.copyRun(),
        core.copyComplete() ? null : gate.reason(),
        replica == null ? null : replica.seconds());
  }

  private TableCopy table(TableProgress table) {
    boolean done = core.copyComplete() || table.complete();
    String phase = done ? "done" : table.rowsCopied() > 0 ? "copying" : "waiting";
    return new TableCopy(table.table(), phase, table.rowsCopied(), table.rowsEstimated());
  }
}
