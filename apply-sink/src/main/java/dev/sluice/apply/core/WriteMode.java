package dev.sluice.apply.core;

/** How rows may meet rows that are there already; see docs/design/0004-apply.md. */
public enum WriteMode {
  /**
   * Until the cut before is consistent: the newest image wins, a row wrongly replaced has a later
   * event.
   */
  REPLACE,
  /** After a consistent cut: a clash with another row is an error, never an overwrite (I8). */
  EXACT
}
