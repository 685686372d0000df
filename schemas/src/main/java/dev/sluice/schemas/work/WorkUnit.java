package dev.sluice.schemas.work;

/**
 * Something a process does while it owns it: a stream's capture, an applier, the controller.
 *
 * <p>{@link #run} is called once, on a thread of its own; {@link #stop} may be called from any
 * thread.
 */
public interface WorkUnit {

  /**
   * Works until {@link #stop} or a failure. When it has returned or thrown, nothing of it is alive
   * any more: no thread, connection or client.
   *
   * @throws dev.sluice.schemas.error.SluiceException why it cannot go on; if retryable, a new unit
   *     may be run later
   * @throws InterruptedException when the thread was interrupted, which counts as stop
   */
  void run() throws InterruptedException;

  /**
   * Asks {@link #run} to return soon, at a place from which a successor goes on; idempotent, does
   * not wait.
   */
  void stop();
}
