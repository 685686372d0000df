package dev.sluice.schemas.journal;

/** What a cut's records are. */
public enum CutKind {
  /** Rows read by the copier, to be placed here. */
  COPY,
  /** Whole source transactions, in commit order. */
  STREAM,
  /** Rows read again for a VDiff repair. */
  REPAIR,
  /**
   * The copy begins again: whatever the stream has brought so far is void, its rows are deleted on
   * the target before anything that follows.
   */
  RECOPY,
  /**
   * The stream begins again at the server's present position, where both sides are equal: what it
   * has brought so far and nobody has applied is void. Nothing is deleted; of reverse streams only,
   * after the forward copy began again.
   */
  RESTART,
  /** The stream's last cut. */
  END
}
