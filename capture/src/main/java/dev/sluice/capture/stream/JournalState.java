package dev.sluice.capture.stream;

import dev.sluice.schemas.journal.CopyProgress;
import dev.sluice.schemas.journal.Cut;

/**
 * What a stream's journal partition ends with.
 *
 * @param lastCut null when there is no cut yet
 * @param lastCopyCutOffset journal offset of the newest COPY cut; -1 when there is none
 * @param copyProgress of that cut; null when there is none
 */
public record JournalState(Cut lastCut, long lastCopyCutOffset, CopyProgress copyProgress) {

  /** No cut yet. */
  public static final JournalState EMPTY = new JournalState(null, -1, null);
}
