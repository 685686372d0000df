package dev.sluice.schemas.request;

import java.time.Duration;

/** Port: what an applier asks when it comes to a marker of kind HOLD. Thread-safe. */
public interface Holds {

  /**
   * Reads on until everything is known that was committed before this call.
   *
   * @return false when that takes longer than the limit
   */
  boolean readOn(Duration limit) throws InterruptedException;

  /** What is known of the HOLD now; does not wait. */
  HoldState state(String token);

  /**
   * Waits until the HOLD is not {@link HoldState#LIVE} any more, at most that long; answers at once
   * when the request that ends it is read.
   */
  HoldState awaitOver(String token, Duration limit) throws InterruptedException;

  /** Of a world without requests: nobody holds. */
  Holds NONE =
      new Holds() {
        @Override
        public boolean readOn(Duration limit) {
          return true;
        }

        @Override
        public HoldState state(String token) {
          return HoldState.UNKNOWN;
        }

        @Override
        public HoldState awaitOver(String token, Duration limit) {
          return HoldState.UNKNOWN;
        }
      };
}
