package dev.sluice.capture;

import dev.sluice.capture.CopyLimits.Targets;
import dev.sluice.capture.copy.CopyPace;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.workflow.WorkflowControls;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Holds the row copy back: while the appliers have too much to do, while they or their replicas lag
 * too much, and to a rate. The stream of changes is never held back: that would only make it lag.
 * Used by the stream's thread; {@link #kind} by others too.
 */
final class CopyGate implements CopyPace {

  static final String BACKLOG = "backlog";
  static final String RATE = "rate";
  static final String LAG = "lag";
  static final String REPLICA_LAG = "replica_lag";

  private static final double NANOS = 1e9;
  private static final long LOOK_NANOS = 100_000_000L;

  /** A batch now and then is no reason to flicker. */
  private static final long RATE_SHOWN_NANOS = 3_000_000_000L;

  private final CopyLimits limits;
  private final long maxBacklog;
  private final LongSupplier nanoTime;
  private final SentBytes sentBytes;
  private double rowsFree;
  private long filledNanos;
  private long lookedNanos;
  private long rateDeniedNanos;
  private volatile String kind;
  private String reason;

  /**
   * @param maxBacklog bytes that appliers may be behind
   * @param shards number of shards written
   */
  CopyGate(CopyLimits limits, long maxBacklog, int shards, LongSupplier nanoTime) {
    this.limits = limits;
    this.maxBacklog = maxBacklog;
    this.nanoTime = nanoTime;
    this.sentBytes = new SentBytes(shards);
    this.filledNanos = nanoTime.getAsLong();
    this.lookedNanos = filledNanos - LOOK_NANOS;
    this.rateDeniedNanos = filledNanos - RATE_SHOWN_NANOS;
  }

  /** A cut was committed: what it holds is to be applied. */
  void cut(Cut cut) {
    sentBytes.add(cut);
  }

  /** True when nothing stands in the way of more rows now. */
  @Override
  public boolean maySend() {
    long now = nanoTime.getAsLong();
    if (now - lookedNanos >= LOOK_NANOS) {
      lookedNanos = now;
      look();
    }
    boolean rateAllows = rateAllows(now);
    if (kind == null || kind.equals(RATE)) {
      boolean shown = now - rateDeniedNanos < RATE_SHOWN_NANOS;
      kind = shown ? RATE : null;
      reason = shown ? "rate: " + limits.controls().maxRowsPerSecond() + " rows/s at most" : null;
      return rateAllows;
    }
    return false;
  }

  private boolean rateAllows(long now) {
    Long perSecond = limits.controls().maxRowsPerSecond();
    double seconds = (now - filledNanos) / NANOS;
    filledNanos = now;
    if (perSecond == null) {
      rowsFree = 0;
      rateDeniedNanos = now - RATE_SHOWN_NANOS;
      return true;
    }
    // what was not used in one second is not saved up
    rowsFree = Math.min(rowsFree + seconds * perSecond, perSecond);
    if (rowsFree < 0) {
      rateDeniedNanos = now;
      return false;
    }
    return true;
  }

  @Override
  public void sent(int rows) {
    rowsFree -= rows;
  }

  private void look() {
    WorkflowControls controls = limits.controls();
    Targets targets = limits.targets();
    long backlog = Math.max(targets.backlogBytes(), sentBytes.after(targets.appliedCuts()));
    double most = controls.maxLagSeconds();
    if (backlog > maxBacklog) {
      hold(
          BACKLOG,
          "waiting for the appliers: they are %,d bytes behind, copy.max-backlog-bytes is %,d",
          backlog,
          maxBacklog);
    } else if (Double.isInfinite(targets.applierSeconds()) && !Double.isInfinite(most)) {
      hold(LAG, "an applier has not spoken yet");
    } else if (targets.applierSeconds() > most) {
      hold(
          LAG, "an applier lags %.1f s, more than %s", targets.applierSeconds(), controls.maxLag());
    } else if (Double.isInfinite(targets.replicaSeconds()) && !Double.isInfinite(most)) {
      hold(REPLICA_LAG, "a target's replica does not replicate, or does not say");
    } else if (targets.replicaSeconds() > most) {
      hold(
          REPLICA_LAG,
          "a target's replica lags %.1f s, more than %s",
          targets.replicaSeconds(),
          controls.maxLag());
    } else if (!RATE.equals(kind)) {
      kind = null;
      reason = null;
    }
  }

  private void hold(String newKind, String format, Object... values) {
    kind = newKind;
    reason = newKind + ": " + String.format(Locale.ROOT, format, values);
  }

  /** One word for what holds the copy back now; null when nothing does. */
  String kind() {
    return kind;
  }

  /**
   * What holds the copy back now, in a sentence that begins with {@link #kind}; null if nothing.
   */
  String reason() {
    return reason;
  }
}
