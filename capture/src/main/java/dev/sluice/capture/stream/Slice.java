package dev.sluice.capture.stream;

import dev.sluice.schemas.journal.CopyProgress;

/**
 * One stretch of row copy; ends by itself when its time is over or nothing is left. Used by one
 * thread.
 */
public interface Slice extends AutoCloseable {

  /** Where the slice begins: every table planned. */
  CopyProgress planned();

  /**
   * The next rows, without waiting; null when none are there now.
   *
   * @throws dev.sluice.schemas.error.SluiceException when a reader failed
   */
  CopyBatch poll();

  /** True when no further batch will come. */
  boolean finished();

  /** Closes every snapshot; when it returns, none is open. */
  @Override
  void close();
}
