package dev.sluice.capture.stream;

/** Writes markers on the primary of the source. */
public interface MarkerWriter {

  /**
   * Writes and commits a marker.
   *
   * @return its fresh token
   * @throws dev.sluice.schemas.error.SluiceException when the primary does not take it
   */
  String write(String kind);

  /**
   * True when the heartbeat was begun after the newest marker had been committed, so that a stream
   * which meets it must have met the marker before: else a failover has lost that.
   *
   * @param heartbeat token of one of the stream's own
   */
  default boolean precedes(String heartbeat) {
    return false;
  }
}
