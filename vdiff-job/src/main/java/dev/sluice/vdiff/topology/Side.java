package dev.sluice.vdiff.topology;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Which keyspace of the move: the workflow's source or its target, whichever has the traffic. */
public enum Side {
  SOURCE,
  TARGET;

  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  @JsonCreator
  public static Side of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
