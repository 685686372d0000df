package dev.sluice.apply.core;

import dev.sluice.schemas.journal.DdlStatement;

/**
 * Port: the one connection to the shard. Not thread-safe.
 *
 * <p>Errors are {@code SluiceException}; after one, the session is good only for {@link #rollback}.
 */
public interface TargetSession {

  /**
   * Begins a transaction by moving the stream's checkpoint.
   *
   * @throws dev.sluice.schemas.error.SluiceException FENCED when another owner has taken over
   */
  void begin(StreamPlace place);

  /**
   * Writes one table's part of a piece.
   *
   * @throws OtherShardsRowException when a row of another shard is in the way (several streams
   *     only)
   */
  void write(int stream, WriteMode mode, TableBatch batch);

  void commit();

  /**
   * Does with DDL what it says, and moves the stream's checkpoint behind it.
   *
   * @throws dev.sluice.schemas.error.SluiceException DDL_STOPPED when the tables written do not fit
   *     what comes
   */
  default void pass(StreamPlace place, DdlStatement ddl) {
    throw new IllegalStateException("this session passes no DDL: " + ddl.statement());
  }

  /** Undoes an open transaction as well as it can; throws nothing. */
  void rollback();
}
