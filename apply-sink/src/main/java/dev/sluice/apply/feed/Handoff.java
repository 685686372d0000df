package dev.sluice.apply.feed;

import dev.sluice.apply.core.Piece;
import dev.sluice.apply.core.PieceSource;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One place between the feed's thread and the applier's: a piece waits here while the one before is
 * executed. Thread-safe.
 */
final class Handoff implements PieceSource {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final long waitNanos;
  private Piece waiting;
  private RuntimeException failure;

  /**
   * @param wait how long {@link #poll} waits for a piece
   */
  Handoff(Duration wait) {
    this.waitNanos = wait.toNanos();
  }

  /**
   * The next piece; throws what the feed's thread failed with once everything before has been
   * taken.
   */
  @Override
  public Piece poll() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = waitNanos;
      while (waiting == null && failure == null && left > 0) {
        left = changed.awaitNanos(left);
      }
      if (waiting == null && failure != null) {
        throw failure;
      }
      Piece taken = waiting;
      waiting = null;
      changed.signalAll();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  boolean isFree() {
    lock.lock();
    try {
      return waiting == null;
    } finally {
      lock.unlock();
    }
  }

  /** Waits a bounded time until the place is free; answers whether it is. */
  boolean awaitFree(Duration wait) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = wait.toNanos();
      while (waiting != null && left > 0) {
        left = changed.awaitNanos(left);
      }
      return waiting == null;
    } finally {
      lock.unlock();
    }
  }

  /** Puts a piece into the free place. */
  void put(Piece piece) {
    lock.lock();
    try {
      if (waiting != null) {
        throw new IllegalStateException("the place is taken");
      }
      waiting = piece;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void fail(RuntimeException error) {
    lock.lock();
    try {
      failure = error;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
