package dev.sluice.schemas.request;

/** What has become of a HOLD. */
public enum HoldState {
  /** Appliers hold at its marker. */
  LIVE,
  /** Whoever asked has released it. */
  RELEASED,
  /** A switch has voided it. */
  VOIDED,
  /** Its time is over. */
  EXPIRED,
  /** Nothing is known of it: nobody holds. */
  UNKNOWN
}
