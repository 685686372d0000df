package dev.sluice.apply;

/** Names of the pause points of an applier that a VDiff asks to hold. */
public final class ApplyHoldPausePoints {

  /** A stream stands at the VDiff's marker and holds. */
  public static final String APPLY_HELD = "APPLY_HELD";

  private ApplyHoldPausePoints() {}
}
