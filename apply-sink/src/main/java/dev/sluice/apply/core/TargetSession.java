package dev.sluice.apply.core;

import dev.sluice.schemas.journal.DdlStatement;
import java.util.List;

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
   * Looks, in the transaction begun, whether rows that bypassed the other side's fence may still be
   * written here: not once applications write here.
   *
   * @throws dev.sluice.schemas.error.SluiceException FENCE_BYPASSED when they may not
   */
  void refuseBypassed(StreamPlace place);

  /**
   * Writes one table's part of a piece. With several streams, a row whose place a row of another
   * stream has is parked; see docs/design/0006-parked-rows.md.
   */
  void write(int stream, WriteMode mode, TableBatch batch);

  /** True when rows are parked; cheap. */
  boolean hasParked();

  /** Shows parked rows whose place the open transaction has freed, as far as it knows them. */
  void placeTouched();

  /**
   * Tries some of the parked rows again; in time every one has its turn.
   *
   * @param passedMillis source time up to which all streams have been applied, milliseconds since
   *     1970 UTC
   * @return how many were placed
   * @throws dev.sluice.schemas.error.SluiceException TARGET_REFUSED_ROW when one has waited for too
   *     long
   */
  int sweep(long passedMillis);

  void commit();

  /**
   * Does with all statements of a cut what they say, then moves the stream's checkpoint behind
   * them.
   *
   * @throws dev.sluice.schemas.error.SluiceException DDL_STOPPED when the tables written do not fit
   *     what comes
   */
  default void pass(StreamPlace place, List<DdlStatement> statements) {
    throw new IllegalStateException("this session passes no DDL: " + statements);
  }

  /**
   * Deletes some rows of a table, a bounded number, of those that the stream brought: all rows when
   * it is the only stream.
   *
   * @param table number of the table in the plan
   * @return how many, 1 where it has met other streams' rows alone; 0 when none is left
   */
  int deleteSome(int stream, int table);

  /** Forgets, in the open transaction, every row that the stream has parked. */
  default void forgetParked(int stream) {}

  /** Undoes an open transaction as well as it can; throws nothing. */
  void rollback();
}
