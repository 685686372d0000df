package dev.sluice.capture.stream;

import java.util.Map;

/**
 * The journal says that tables have other shapes than the stream's parts were built for: build them
 * anew and go on from the journal. No error.
 */
public final class ShapesChangedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Map<String, String> shapes;

  ShapesChangedException(Map<String, String> shapes) {
    super("tables have changed their shapes: " + shapes.keySet());
    this.shapes = Map.copyOf(shapes);
  }

  /** Shapes as in the last cut. */
  public Map<String, String> shapes() {
    return shapes;
  }
}
