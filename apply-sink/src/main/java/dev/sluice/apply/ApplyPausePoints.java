package dev.sluice.apply;

/** Names of the pause points of the applier; see {@link dev.sluice.schemas.pause.PausePoints}. */
public final class ApplyPausePoints {

  /** The checkpoint rows are taken over, nothing has been read. */
  public static final String APPLY_OWNED = "APPLY_OWNED";

  /** A transaction is about to begin. */
  public static final String APPLY_BEFORE_CHECKPOINT = "APPLY_BEFORE_CHECKPOINT";

  /** The checkpoint row is changed, no row written yet. */
  public static final String APPLY_AFTER_CHECKPOINT = "APPLY_AFTER_CHECKPOINT";

  /** The rows of a piece are written. */
  public static final String APPLY_AFTER_ROWS = "APPLY_AFTER_ROWS";

  /** The copy begins again: rows are deleted, their transaction is open. */
  public static final String APPLY_RECOPY_BEFORE_COMMIT = "APPLY_RECOPY_BEFORE_COMMIT";

  /** The copy begins again: some of the rows are deleted for good. */
  public static final String APPLY_RECOPY_PIECE_DELETED = "APPLY_RECOPY_PIECE_DELETED";

  /** The copy begins again: all rows are deleted, the checkpoint does not say so yet. */
  public static final String APPLY_RECOPY_EMPTY = "APPLY_RECOPY_EMPTY";

  public static final String APPLY_BEFORE_COMMIT = "APPLY_BEFORE_COMMIT";
  public static final String APPLY_AFTER_COMMIT = "APPLY_AFTER_COMMIT";

  /** A part of a COPY cut is committed, the cut is not. */
  public static final String APPLY_COPY_PIECE_COMMITTED = "APPLY_COPY_PIECE_COMMITTED";

  /** The deferred indexes of a table are about to be added. */
  public static final String APPLY_BEFORE_INDEX = "APPLY_BEFORE_INDEX";

  public static final String APPLY_AFTER_INDEX = "APPLY_AFTER_INDEX";

  private ApplyPausePoints() {}
}
