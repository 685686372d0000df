package dev.sluice.controller.port;

/**
 * Ids that applications draw on the gaining side: above every id of the losing one. Made with what
 * is slow done already. Used by one thread.
 */
public interface SequenceStep extends AutoCloseable {

  /**
   * Lets the losing side give out no more ids, and raises what is too low on the gaining one; never
   * lowers.
   */
  void raise() throws InterruptedException;

  @Override
  void close();
}
