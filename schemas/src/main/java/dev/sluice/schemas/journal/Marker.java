package dev.sluice.schemas.journal;

/**
 * A marker row that the stream met; it ends its cut.
 *
 * @param token fresh for each marker
 * @param kind why it was written: COPIED, HOLD, FENCE, PROBE, ...
 */
public record Marker(String token, String kind) {

  /**
   * Written after the copy's last snapshot, or a repair's, closed: from its cut on the target can
   * be consistent.
   */
  public static final String COPIED = "COPIED";

  /** Written by somebody who waits until every applier has passed it. */
  public static final String PROBE = "PROBE";

  /**
   * Written by a VDiff: appliers hold at its cut, as {@link
   * dev.sluice.schemas.request.Request.Hold} of its token says.
   */
  public static final String HOLD = "HOLD";

  /**
   * Not a marker row: a row of the workflow in the sidecar's fence table has changed; the token is
   * the row's.
   */
  public static final String FENCE = "FENCE";
}
