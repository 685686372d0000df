package dev.sluice.capture.stream;

import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.OffsetRange;
import java.util.List;

/**
 * Sends changes and cuts, a Kafka transaction at a time. Used by one thread.
 *
 * <p>Every method but {@link #close} throws {@code SluiceException}: FENCED when another process
 * has taken the stream, KAFKA_UNAVAILABLE when the transaction's outcome is unknown or negative;
 * after either only {@link #abort} and {@link #close} make sense.
 */
public interface JournalWriter extends AutoCloseable {

  /** Shuts every predecessor out; when it returns, none of their transactions is open any more. */
  void fence();

  /** Reads the journal to its end. Only what is read after {@link #fence} is final. */
  JournalState readEnd();

  /**
   * Sends a change of the table with that number in the plan; opens a Kafka transaction if none is
   * open.
   */
  void send(int table, int partition, Change change);

  /**
   * Everything sent so far belongs to whole source transactions (or copied rows) and may be named
   * by a cut.
   */
  void markWhole();

  /** Bytes sent in the open Kafka transaction; 0 when none is open. */
  long openBytes();

  /** True when a Kafka transaction is open. */
  boolean isOpen();

  /**
   * Waits until all is acknowledged; answers the ranges of whole records that no cut has named yet.
   */
  List<OffsetRange> flush();

  /**
   * Sends the cut, which names what {@link #flush} answered, and commits the Kafka transaction.
   *
   * @return the cut's journal offset
   */
  long commit(Cut cut);

  /** Commits records of an unfinished source transaction, which a later cut will name. */
  void commitUnfinished();

  /** Gives the open Kafka transaction up, if there is one. */
  void abort();

  @Override
  void close();
}
