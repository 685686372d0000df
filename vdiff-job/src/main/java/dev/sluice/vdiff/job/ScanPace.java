package dev.sluice.vdiff.job;

import dev.sluice.schemas.workflow.WorkflowControls;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Holds scans back as the workflow's throttle says: to a number of rows a second of each shard, and
 * while appliers or the written shards' replicas lag too much. It acts between chunks; a statement
 * that runs is never cut short. Thread-safe.
 */
final class ScanPace {

  private static final String RATE = "rate";
  private static final String LAG = "lag";
  private static final String REPLICA_LAG = "replica_lag";

  /** How a {@link #reason} can begin, up to its colon. */
  static final List<String> KINDS = List.of(RATE, LAG, REPLICA_LAG);

  private static final double NANOS = 1e9;
  private static final long LOOK_NANOS = 100_000_000L;

  /** A chunk now and then is no reason to flicker. */
  private static final long RATE_SHOWN_NANOS = 3_000_000_000L;

  private final ScanLimits limits;
  private final LongSupplier nanoTime;
  private double rowsFree;
  private long filledNanos;
  private long lookedNanos;
  private long rateDeniedNanos;
  private boolean rateShown;
  private String lag;
  private boolean held;

  ScanPace(ScanLimits limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.filledNanos = nanoTime.getAsLong();
    this.lookedNanos = filledNanos - LOOK_NANOS;
  }

  /** True when nothing stands in the way of another statement now. */
  synchronized boolean mayScan() {
    long now = nanoTime.getAsLong();
    if (now - lookedNanos >= LOOK_NANOS) {
      lookedNanos = now;
      lag = lag();
    }
    boolean may = rateAllows(now) && lag == null;
    held |= !may;
    return may;
  }

  private boolean rateAllows(long now) {
    Long perSecond = limits.controls().maxRowsPerSecond();
    double seconds = (now - filledNanos) / NANOS;
    filledNanos = now;
    if (perSecond == null) {
      rowsFree = 0;
      rateShown = false;
      return true;
    }
    // what was not used in one second is not saved up
    rowsFree = Math.min(rowsFree + seconds * perSecond, perSecond);
    if (rowsFree < 0) {
      rateShown = true;
      rateDeniedNanos = now;
      return false;
    }
    rateShown &= now - rateDeniedNanos < RATE_SHOWN_NANOS;
    return true;
  }

  /** A statement has read so many rows of the shard that it read the most of. */
  synchronized void read(long rows) {
    rowsFree -= rows;
  }

  /** The most rows that a chunk should have: what may be read in a second. */
  long mostRows() {
    Long perSecond = limits.controls().maxRowsPerSecond();
    return perSecond == null ? Long.MAX_VALUE : perSecond;
  }

  private String lag() {
    WorkflowControls controls = limits.controls();
    double most = controls.maxLagSeconds();
    if (Double.isInfinite(most)) {
      return null;
    }
    double applier = limits.applierSeconds();
    double replica = limits.replicaSeconds();
    if (applier > most) {
      return Double.isInfinite(applier)
          ? LAG + ": an applier has not spoken yet"
          : text(LAG + ": an applier lags %.1f s, more than %s", applier, controls.maxLag());
    }
    if (replica > most) {
      return Double.isInfinite(replica)
          ? REPLICA_LAG + ": a replica does not replicate, or does not say"
          : text(REPLICA_LAG + ": a replica lags %.1f s, more than %s", replica, controls.maxLag());
    }
    return null;
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** What holds scans back now, in a sentence that begins with its kind; null if nothing does. */
  synchronized String reason() {
    if (lag != null) {
      return lag;
    }
    return rateShown
        ? RATE + ": " + limits.controls().maxRowsPerSecond() + " rows/s at most"
        : null;
  }

  /** True once after scans have been held back. */
  synchronized boolean takeHeld() {
    boolean was = held;
    held = false;
    return was;
  }
}
