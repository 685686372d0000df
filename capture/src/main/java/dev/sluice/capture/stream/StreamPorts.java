package dev.sluice.capture.stream;

import dev.sluice.schemas.pause.PausePoints;
import java.time.Clock;
import java.util.function.BooleanSupplier;

/**
 * Everything the core touches.
 *
 * @param router where rows go
 * @param copyMayRun false while the appliers are too far behind for more copied rows
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
    PausePoints pausePoints) {}
