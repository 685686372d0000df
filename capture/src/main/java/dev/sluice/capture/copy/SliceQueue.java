package dev.sluice.capture.copy;

import dev.sluice.capture.stream.CopyBatch;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * What the readers of one slice share: chunks to read, rows read, and the slice's end. Thread-safe.
 */
final class SliceQueue {

  private static final int BATCHES = 8;
  private static final long OFFER_MILLIS = 100;

  private final Queue<ChunkTask> tasks = new ConcurrentLinkedQueue<>();
  private final BlockingQueue<CopyBatch> batches = new ArrayBlockingQueue<>(BATCHES);
  private final long endNanos;
  private final Runnable wakeUp;
  private volatile boolean abandoned;

  SliceQueue(long endNanos, Runnable wakeUp) {
    this.endNanos = endNanos;
    this.wakeUp = wakeUp;
  }

  void add(ChunkTask task) {
    tasks.add(task);
  }

  /** The next chunk; null when none is left or the time is over. */
  ChunkTask nextTask() {
    return timeIsOver() ? null : tasks.poll();
  }

  boolean timeIsOver() {
    return abandoned || System.nanoTime() - endNanos >= 0;
  }

  /** Waits while the stream has too many batches to send. */
  void put(CopyBatch batch) throws InterruptedException {
    while (!batches.offer(batch, OFFER_MILLIS, TimeUnit.MILLISECONDS)) {
      if (abandoned) {
        throw new InterruptedException("the slice is closed");
      }
    }
    wakeUp.run();
  }

  /** The next batch, without waiting; null when there is none. */
  CopyBatch poll() {
    return batches.poll();
  }

  boolean isEmpty() {
    return batches.isEmpty();
  }

  /** Nobody fetches any more. */
  void abandon() {
    abandoned = true;
  }
}
