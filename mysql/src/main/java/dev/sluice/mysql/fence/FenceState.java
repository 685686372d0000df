package dev.sluice.mysql.fence;

import java.time.Instant;
import java.util.Optional;

/**
 * What a fence is on its server. Immutable.
 *
 * @param armed everything is in place that {@link Fence#deny} needs
 * @param denied application writes are refused now
 * @param controllerEpoch the highest epoch that this fence has heard of; 0 when of none
 * @param token of the change made last; empty when the fence was never armed
 * @param changedAt when, by the server's clock
 */
public record FenceState(
    boolean armed,
    boolean denied,
    long controllerEpoch,
    Optional<String> token,
    Optional<Instant> changedAt) {

  /** True when the fence was removed: nobody changes it any more. */
  public boolean ended() {
    return controllerEpoch == FenceRows.ENDED;
  }
}
