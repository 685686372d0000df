package dev.sluice.schemas.workflow;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Which way rows flow: from the workflow's source keyspace to its target, or back. */
public enum Direction {
  FORWARD,
  REVERSE;

  /** The word used in topics, tables and JSON. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  @JsonCreator
  public static Direction of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  public Direction opposite() {
    return this == FORWARD ? REVERSE : FORWARD;
  }
}
