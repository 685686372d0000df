package dev.sluice.apply.core;

/**
 * Port: which streams may not go on for now. The planner closes a stream behind a cut at which it
 * may have to hold; somebody else opens it. Thread-safe.
 */
public interface StreamGate {

  /**
   * A cut with a HOLD marker has been planned: nothing of the stream is to be planned behind it.
   */
  void close(int stream);

  /** True while nothing of the stream is to be planned. */
  boolean closed(int stream);

  /** Of a world without holds. */
  StreamGate OPEN =
      new StreamGate() {
        @Override
        public void close(int stream) {}

        @Override
        public boolean closed(int stream) {
          return false;
        }
      };
}
