package dev.sluice.controller.cutover;

import java.util.List;

/** Names of the pause points of a change of traffic, in the order in which they are met. */
public final class SwitchPausePoints {

  /** Everything is ready; nothing is written yet. */
  public static final String CHECKED = "CONTROLLER_SWITCH_CHECKED";

  /** The record and the rules say that a change is under way. */
  public static final String HELD = "CONTROLLER_SWITCH_HELD";

  /** The record says that the losing side is denied; it is not yet. */
  public static final String BEFORE_FENCE = "CONTROLLER_SWITCH_BEFORE_FENCE";

  /** The losing side is denied. */
  public static final String FENCED = "CONTROLLER_SWITCH_FENCED";

  /** The gaining side has everything. */
  public static final String DRAINED = "CONTROLLER_SWITCH_DRAINED";

  /** Sequences are raised; the commit has not begun. */
  public static final String BEFORE_COMMIT = "CONTROLLER_SWITCH_BEFORE_COMMIT";

  /** Past the point of no return; both sides are denied. */
  public static final String COMMITTED = "CONTROLLER_SWITCH_COMMITTED";

  /** The gaining side takes writes; the record still says that there is something left to do. */
  public static final String OPENED = "CONTROLLER_SWITCH_OPENED";

  /** The change is over; nobody has been told. */
  public static final String RELEASED = "CONTROLLER_SWITCH_RELEASED";

  /** While undoing: the losing side takes writes again; the record does not say so. */
  public static final String UNDO_OPENED = "CONTROLLER_SWITCH_UNDO_OPENED";

  private SwitchPausePoints() {}

  /** Those that every change of writes comes to. */
  public static List<String> onTheWay() {
    return List.of(
        CHECKED, HELD, BEFORE_FENCE, FENCED, DRAINED, BEFORE_COMMIT, COMMITTED, OPENED, RELEASED);
  }
}
