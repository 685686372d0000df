package dev.sluice.mysql.fence;

import dev.sluice.schemas.workflow.Direction;
import java.util.Locale;

/** Which keyspace of a workflow a fence stands on. */
public enum FenceSide {
  SOURCE,
  TARGET;

  /** {@code source} or {@code target}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The side that streams of this direction read. */
  public static FenceSide readBy(Direction direction) {
    return direction == Direction.FORWARD ? SOURCE : TARGET;
  }

  /** The side that appliers of this direction write. */
  public static FenceSide writtenBy(Direction direction) {
    return direction == Direction.FORWARD ? TARGET : SOURCE;
  }
}
