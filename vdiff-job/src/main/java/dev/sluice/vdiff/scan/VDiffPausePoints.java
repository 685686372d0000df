package dev.sluice.vdiff.scan;

/** Names of the VDiff's pause points; docs/reference.md lists them. */
public final class VDiffPausePoints {

  /**
   * Both markers are written and the source's snapshots are open; appliers hold or are about to.
   */
  public static final String HELD = "VDIFF_HELD";

  /** A moment is open, no row has been compared in it. */
  public static final String MOMENT_OPEN = "VDIFF_MOMENT_OPEN";

  /** What was found of some chunks is about to be written. */
  public static final String BEFORE_RESULTS = "VDIFF_BEFORE_RESULTS";

  /** It has been written. */
  public static final String AFTER_RESULTS = "VDIFF_AFTER_RESULTS";

  private VDiffPausePoints() {}
}
