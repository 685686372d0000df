package dev.sluice.capture.stream;

import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.journal.Cut;

/** Hears what the core does, on the core's thread; for status and metrics. Must not throw. */
public interface StreamListener {

  /** A change was sent. */
  default void onChange(int table, Op op) {}

  /** A cut was committed. */
  default void onCut(Cut cut) {}

  /** A heartbeat was met in the stream and everything before it is sent. */
  default void onHeartbeat(String id, String token) {}

  /** A slice was opened ({@code true}) or closed ({@code false}). */
  default void onSlice(boolean open) {}

  /** The stream waits until the appliers have caught up ({@code true}), or no longer. */
  default void onBacklogWait(boolean waiting) {}
}
