package dev.sluice.capture.copy;

/** Says when copied rows may be sent. Used by the stream's thread. */
public interface CopyPace {

  /** Sends as fast as it can. */
  CopyPace FREE =
      new CopyPace() {
        @Override
        public boolean maySend() {
          return true;
        }

        @Override
        public void sent(int rows) {}
      };

  /** True when the next batch may be sent now. */
  boolean maySend();

  /** A batch is taken to be sent. */
  void sent(int rows);
}
