package dev.sluice.mysql.fence;

import java.util.Locale;

/** The ways to deny writes; the option {@code fence} of a move. */
public enum FenceKind {
  /** Triggers on the moved tables: other tables of the server are untouched. */
  TRIGGERS,
  /** The server's {@code read_only}: denies every table of the server. */
  READ_ONLY;

  /** As in move.yaml: {@code triggers}, {@code read-only}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The kind of that word.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static FenceKind of(String word) {
    for (FenceKind kind : values()) {
      if (kind.word().equals(word)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("no kind of fence: " + word);
  }
}
