package dev.sluice.schemas.journal;

/** What a cut's records are. */
public enum CutKind {
  /** Rows read by the copier, to be placed here. */
  COPY,
  /** Whole source transactions, in commit order. */
  STREAM,
  /** Rows read again for a VDiff repair. */
  REPAIR,
  /** The stream's last cut. */
  END
}
