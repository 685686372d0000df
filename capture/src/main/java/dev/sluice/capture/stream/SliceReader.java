package dev.sluice.capture.stream;

import dev.sluice.schemas.journal.CopyProgress;

/** Opens slices of the row copy. Used by one thread. */
public interface SliceReader extends AutoCloseable {

  /**
   * Opens snapshots that hold everything up to a position (I4), each on a connection of its own,
   * and begins to read what the progress says is missing.
   *
   * @param gtidSet everything in it is in the journal; the snapshots are opened after the server
   *     has executed it
   * @param progress chunks to go on with; tables that are not planned yet are planned
   * @throws dev.sluice.schemas.error.SluiceException TABLE_CHANGED when columns are not those of
   *     the plan, STREAM_BROKEN when the server does not reach the position in time, or what the
   *     server answered
   */
  Slice open(String gtidSet, CopyProgress progress);

  /** Progress before anything has been read. */
  CopyProgress initial();

  @Override
  void close();
}
