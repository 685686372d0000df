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
    DdlPolicy ddl) {

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
