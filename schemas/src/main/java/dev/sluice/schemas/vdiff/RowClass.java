package dev.sluice.schemas.vdiff;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** What became of a key when both sides were compared. */
public enum RowClass {
  /** The same row on both sides, where it belongs. */
  MATCHING("matching"),
  /** On both sides with different values. */
  MISMATCHED("mismatched"),
  /** Only on the source. */
  EXTRA_SOURCE("extraSource"),
  /** Only on the target. */
  EXTRA_TARGET("extraTarget"),
  /** On a shard where its vindex does not put it, and nowhere else on that side. */
  MISPLACED("misplaced"),
  /** On two or more shards of one side. */
  DUPLICATED("duplicated");

  private final String word;

  RowClass(String word) {
    this.word = word;
  }

  /** The word used in JSON and metrics. */
  @JsonValue
  public String word() {
    return word;
  }

  @JsonCreator
  public static RowClass of(String word) {
    for (RowClass known : values()) {
      if (known.word.equals(word)) {
        return known;
      }
    }
    throw new IllegalArgumentException("no class of rows: " + word);
  }
}
