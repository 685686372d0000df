package dev.sluice.capture.stream;

import dev.sluice.schemas.pause.PausePoints;
import java.time.Clock;
import java.util.function.BooleanSupplier;

/**
 * Everything the core touches.
 *
 * @param router where rows go
 * @param copyMayRun false while the appliers are too far behind for more copied rows
 * @param ddl what becomes of DDL on moved tables
 * @param repairs which rows are to be read again
 */
public record StreamPorts(
    SourceEvents source,
    JournalWriter journal,
    SliceReader slices,
    MarkerWriter markers,
    RowRouter router,
    StreamListener listener,
    BooleanSupplier copyMayRun,
    Clock clock,
    PausePoints pausePoints,
    DdlPolicy ddl,
    Repairs repairs) {

  /** Ports of a stream that is asked for no repair. */
  public StreamPorts(
      SourceEvents source,
      JournalWriter journal,
      SliceReader slices,
      MarkerWriter markers,
      RowRouter router,
      StreamListener listener,
      BooleanSupplier copyMayRun,
      Clock clock,
      PausePoints pausePoints,
      DdlPolicy ddl) {
    this(
        source,
        journal,
        slices,
        markers,
        router,
        listener,
        copyMayRun,
        clock,
        pausePoints,
        ddl,
        Repairs.NONE);
  }

  /** Ports of a stream that stops before every DDL. */
  public StreamPorts(
      SourceEvents source,
      JournalWriter journal,
      SliceReader slices,
      MarkerWriter markers,
      RowRouter router,
      StreamListener listener,
      BooleanSupplier copyMayRun,
      Clock clock,
      PausePoints pausePoints) {
    this(
        source,
        journal,
        slices,
        markers,
        router,
        listener,
        copyMayRun,
        clock,
        pausePoints,
        DdlPolicy.STOP);
  }
}
