package dev.sluice.schemas.vdiff;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** States of a VDiff. */
public enum VDiffState {
  /** Asked for; no job has begun yet. */
  PENDING,
  RUNNING,
  /** Stopped by an operator; goes on where it was. */
  STOPPED,
  /** Every row has been compared, or is counted as not compared. */
  COMPLETED,
  /** Ended without an answer; {@code resume} goes on where it was. */
  ERROR;

  /** The word used in topics, JSON and metrics. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  @JsonCreator
  public static VDiffState of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
