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
}
