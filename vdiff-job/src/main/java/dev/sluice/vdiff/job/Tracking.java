package dev.sluice.vdiff.job;

import dev.sluice.vdiff.scan.MoveSides;
import dev.sluice.vdiff.touched.KeyOrder;
import dev.sluice.vdiff.touched.TouchFollower;
import dev.sluice.vdiff.touched.TouchedChunks;
import dev.sluice.vdiff.touched.TouchedState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Follows the streams for one VDiff, the workflow's newest, from its moment on until another one
 * takes its place: for its refresh. Used by the job's thread.
 */
final class Tracking implements AutoCloseable {

  private static final long WRITE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final VDiffContext context;
  private volatile TouchedChunks touched;
  private TouchFollower follower;
  private long writtenChanges;
  private long writtenNanos;

  Tracking(VDiffContext context) {
    this.context = context;
  }

  /** The VDiff that is followed; null when none is. */
  String uuid() {
    return touched == null ? null : touched.uuid();
  }

  /**
   * Follows from now on, or from where it was written.
   *
   * @param before what was written; null when nothing was
   * @param bounds of the chunks there are
   */
  void begin(
      MoveSides sides,
      String uuid,
      TouchedState before,
      Map<String, KeyOrder> orders,
      Map<String, List<List<String>>> bounds)
      throws InterruptedException {
    if (follower != null) {
      // its end need not be waited for: what it marks from here on is nobody's
      follower.end();
    }
    follower = null;
    touched = null;
    TouchedChunks chunks;
    if (before != null
        && before.direction() == sides.direction()
        && before.tables().keySet().equals(bounds.keySet())) {
      chunks = TouchedChunks.of(before, bounds);
    } else {
      chunks = new TouchedChunks(uuid, sides.direction(), orders);
      bounds.forEach((table, all) -> all.forEach(upTo -> chunks.add(table, upTo)));
      if (bounds.values().stream().anyMatch(all -> !all.isEmpty())) {
        // nobody has followed since those chunks were compared
        chunks.touchAll();
      }
    }
    follower = new TouchFollower(context.kafka(), context.codecs(), sides, chunks).start();
    touched = chunks;
    writtenChanges = -1;
  }

  void handedOut(String table, List<String> upTo) {
    if (touched != null) {
      touched.add(table, upTo);
    }
  }

  TouchedChunks touched() {
    return touched;
  }

  void expect(Set<String> markers) {
    follower.expect(markers);
  }

  /** As {@link TouchFollower#catchUp}. */
  boolean catchUp(Duration limit) throws InterruptedException {
    return follower.catchUp(limit);
  }

  /**
   * What is to be written; null when nothing is, yet.
   *
   * @param now true when it is to be written now if anything has changed
   */
  TouchedState takeChanged(boolean now) {
    boolean due = now || System.nanoTime() - writtenNanos > WRITE_NANOS;
    if (touched == null || !due || touched.changes() == writtenChanges) {
      return null;
    }
    writtenChanges = touched.changes();
    writtenNanos = System.nanoTime();
    return touched.state();
  }

  @Override
  public void close() {
    if (follower != null) {
      follower.close();
    }
    follower = null;
    touched = null;
  }
}
