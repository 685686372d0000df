package dev.sluice.capture.stream;

import java.util.List;
import java.util.Map;

/**
 * The events of one source in the order of its binary log: the engine, as the core sees it. Used by
 * one thread.
 */
public interface SourceEvents extends AutoCloseable {

  /**
   * The server's present position, as an engine offset whose {@code gtids} is its executed set:
   * where a stream without a journal begins. The tables' definitions there are noted for {@link
   * #start}, in place of any noted before.
   *
   * @param whileUnchanged called while no moved table can change between what it sees and this
   *     position; maybe several times, the last time counts
   */
  Map<String, String> present(Runnable whileUnchanged);

  /**
   * Whether the workflow's fence denies application writes at the position that {@link #present}
   * answered last: the row that says so lies before it.
   */
  boolean denied();

  /**
   * Begins to deliver what follows that place, with {@link SourceEvent.Connected} as the first
   * event.
   *
   * @param engineOffset of the last cut
   * @throws dev.sluice.schemas.error.SluiceException BINLOG_PURGED or GTID_SET_NOT_CONTAINED when
   *     the server cannot deliver what follows
   */
  void start(Map<String, String> engineOffset);

  /**
   * The next events, without waiting; empty when none are there yet. What is delivered is bounded
   * by one batch of the engine, and the engine waits until it is fetched.
   *
   * @throws dev.sluice.schemas.error.SluiceException why the stream broke
   */
  List<SourceEvent> poll();

  @Override
  void close();
}
