package dev.sluice.controller.port;

/**
 * Ids that applications draw on the gaining side: above every id of the losing one. Made with what
 * is slow done already. Used by one thread.
 */
public interface SequenceStep extends AutoCloseable {

  /**
   * Lets the losing side give out no more ids, and raises what is too low on the gaining one; never
   * lowers. The gaining side gives out none yet. FENCED when another controller has taken over.
   */
  void raise() throws InterruptedException;

  /** Behind the commit: lets the gaining side give out ids. Can be repeated. */
  void open() throws InterruptedException;

  @Override
  void close();
}
