package dev.sluice.apply;

/** Names of the pause points of an applier that runs DDL, with {@code on-ddl: exec}. */
public final class ApplyDdlPausePoints {

  /** Everything before the statement is applied, nothing is announced. */
  public static final String APPLY_DDL_BEFORE_ANNOUNCE = "APPLY_DDL_BEFORE_ANNOUNCE";

  /** The statement is announced in the checkpoint row, and has not run. */
  public static final String APPLY_DDL_ANNOUNCED = "APPLY_DDL_ANNOUNCED";

  /** The statement has run; the checkpoint stands before it. */
  public static final String APPLY_DDL_RUN = "APPLY_DDL_RUN";

  /** The announcement is cleared and the checkpoint stands behind the statement. */
  public static final String APPLY_DDL_CLEARED = "APPLY_DDL_CLEARED";

  private ApplyDdlPausePoints() {}
}
