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
   * True when the fence denies application writes on the server whose stream begins now; later
   * changes of it come by the stream.
   *
   * @param gate id of the fence's row
   * @throws dev.sluice.schemas.error.SluiceException when the primary does not answer
   */
  default boolean denies(String gate) {
    return false;
  }
}
