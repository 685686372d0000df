package dev.sluice.controller.port;

import java.time.Duration;
import java.util.Map;

/**
 * Waits for what the losing side has written to be on the gaining side. Made, with every connection
 * open and the journal followed, before anything is denied. Used by one thread.
 */
public interface Drain extends AutoCloseable {

  /**
   * Returns when every applier has passed the cut that holds each token, and has parked no row.
   *
   * @param tokens by shard read
   * @throws dev.sluice.schemas.error.SluiceException SWITCH_TIMEOUT, naming what was waited for
   */
  void await(Map<String, String> tokens, Duration limit) throws InterruptedException;

  /**
   * Fails when the losing side has written past its fence, as far as that is known now; to be
   * called after {@link #await}.
   *
   * @throws dev.sluice.schemas.error.SluiceException FENCE_BYPASSED
   */
  void requireSilence();

  @Override
  void close();
}
