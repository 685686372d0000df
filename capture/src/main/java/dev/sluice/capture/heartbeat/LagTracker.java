package dev.sluice.capture.heartbeat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * End-to-end lag by one clock: from the moment a heartbeat was committed on the primary until it is
 * in the journal. Until the first one of its own has passed, a stream that has much to catch up on
 * goes by the age of its last cut. Thread-safe.
 */
public final class LagTracker {

  private static final int MOST_BEATS = 10_000;
  private static final double NANOS = 1e9;

  /** A heartbeat that takes this long counts as one that cannot be written. */
  private static final long HANGING_NANOS = 5_000_000_000L;

  private record Beat(String token, long writtenNanos) {}

  private final LongSupplier nanoTime;
  private final Deque<Beat> unseen = new ArrayDeque<>();
  private final Deque<Beat> recent = new ArrayDeque<>();
  private double lastLagSeconds;
  private boolean failing;
  private long failingSinceNanos;
  private String failure = "";
  private double journalAgeSeconds;
  private boolean anySeen;
  private boolean underWay;
  private long begunNanos;

  public LagTracker(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** A heartbeat is begun: who writes it may be held up anywhere. */
  public synchronized void begins() {
    underWay = true;
    begunNanos = nanoTime.getAsLong();
  }

  /** What was begun has come to an end, good or bad. */
  public synchronized void ended() {
    underWay = false;
  }

  /** A heartbeat was committed, begun at that time. */
  public synchronized void written(String token, long startedNanos) {
    failing = false;
    if (unseen.size() == MOST_BEATS) {
      unseen.removeFirst();
    }
    Beat beat = new Beat(token, startedNanos);
    unseen.addLast(beat);
    if (recent.size() == MOST_BEATS) {
      recent.removeFirst();
    }
    recent.addLast(beat);
  }

  /** A heartbeat could not be written: what the lag is, nobody knows, but time passes. */
  public synchronized void failed(String reason) {
    if (!failing) {
      failing = true;
      failingSinceNanos = underWay ? begunNanos : nanoTime.getAsLong();
    }
    failure = reason;
  }

  /**
   * For how long no heartbeat could be written, nanoseconds, one that has been under way for 5 s
   * among them; 0 while they can.
   */
  public synchronized long failingNanos() {
    long now = nanoTime.getAsLong();
    if (failing) {
      return now - failingSinceNanos;
    }
    return hangs(now) ? now - begunNanos : 0;
  }

  private boolean hangs(long now) {
    return underWay && now - begunNanos >= HANGING_NANOS;
  }

  /** Why the last heartbeat that failed could not be written. */
  public synchronized String failure() {
    long now = nanoTime.getAsLong();
    return hangs(now)
        ? "it has been under way for " + TimeUnit.NANOSECONDS.toSeconds(now - begunNanos) + " s"
        : failure;
  }

  /** True when the heartbeat was begun by this capture after that moment. */
  public synchronized boolean begunAfter(String token, long nanos) {
    return recent.stream()
        .anyMatch(beat -> beat.token().equals(token) && beat.writtenNanos() - nanos > 0);
  }

  /** True when the heartbeat was written by this capture and is not in the journal. */
  public synchronized boolean isUnseen(String token) {
    return unseen.stream().anyMatch(beat -> beat.token().equals(token));
  }

  /**
   * How far a server is behind that shows this heartbeat as its newest: the age of the oldest one
   * that it does not show, seconds.
   *
   * @param token null when it shows none
   */
  public synchronized double behindSeconds(String token) {
    Beat missing = null;
    for (Iterator<Beat> newestFirst = recent.descendingIterator(); newestFirst.hasNext(); ) {
      Beat beat = newestFirst.next();
      if (beat.token().equals(token)) {
        break;
      }
      missing = beat;
    }
    return missing == null ? 0 : (nanoTime.getAsLong() - missing.writtenNanos()) / NANOS;
  }

  /** The newest change in the journal is that old. */
  public synchronized void journalIs(double ageSeconds) {
    journalAgeSeconds = Math.max(0, ageSeconds);
  }

  /** The heartbeat is in the journal. */
  public synchronized void seen(String token) {
    Iterator<Beat> beats = unseen.iterator();
    int passed = 0;
    while (beats.hasNext()) {
      passed++;
      Beat beat = beats.next();
      if (beat.token().equals(token)) {
        anySeen = true;
        lastLagSeconds = (nanoTime.getAsLong() - beat.writtenNanos()) / NANOS;
        for (int i = 0; i < passed; i++) {
          unseen.removeFirst();
        }
        return;
      }
    }
  }

  /**
   * The lag now, seconds: of the last heartbeat seen, or the age of the oldest one missing, or the
   * time in which none could be written, if that is more.
   */
  public synchronized double lagSeconds() {
    Beat oldest = unseen.peekFirst();
    double age = oldest == null ? 0 : (nanoTime.getAsLong() - oldest.writtenNanos()) / NANOS;
    double unwritten = failingNanos() / NANOS;
    double journalAge = anySeen ? 0 : journalAgeSeconds;
    return Math.max(Math.max(lastLagSeconds, age), Math.max(unwritten, journalAge));
  }

  /**
   * True when a heartbeat that is not in the journal was committed after that moment, and that long
   * ago or longer.
   */
  public synchronized boolean wroteBetween(long afterNanos, long agoNanos) {
    long now = nanoTime.getAsLong();
    return unseen.stream()
        .anyMatch(
            beat -> beat.writtenNanos() - afterNanos > 0 && now - beat.writtenNanos() >= agoNanos);
  }
}
