package dev.sluice.apply.core;

import java.util.function.IntPredicate;

/**
 * Port: the cuts of all streams and their changes for one shard. Never blocks. Not thread-safe.
 *
 * <p>Errors are {@code SluiceException}: JOURNAL_GAP when records that a cut names are not there.
 */
public interface CutFeed {

  /**
   * Opens the next cut of one stream, in journal order within the stream; legal only when no cut is
   * open.
   *
   * @param preferred number of the stream to look at first; then the others in turn
   * @param closed streams to pass over
   * @return null when no cut is ready
   */
  OpenCut open(int preferred, IntPredicate closed);

  /**
   * The next change of the open cut: in {@code seq} order over all tables, COPY rows in any order.
   *
   * @return null when it has not arrived yet, or when there is none left
   */
  RowChange next();

  /**
   * True when every change of the open cut has been handed out, exactly as many as it names. Asking
   * this closes such a cut.
   */
  boolean exhausted();
}
