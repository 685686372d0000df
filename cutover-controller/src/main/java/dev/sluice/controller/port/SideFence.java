package dev.sluice.controller.port;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The fences of a workflow on every primary of one side, as one. Each server is asked in this
 * controller's epoch, which is raised there before anything else. Used by one thread; what several
 * servers have to do they do at the same time. Methods throw {@code SluiceException}, classified;
 * FENCED when another controller has taken over.
 */
public interface SideFence extends AutoCloseable {

  /** Makes this controller's epoch the one that counts on every server; changes nothing else. */
  void raise() throws InterruptedException;

  /**
   * Fails with FENCED when another controller's epoch counts on a server by now; else as {@link
   * #raise}. A server without a sidecar is left alone.
   */
  void confirm() throws InterruptedException;

  /** Opens every connection and puts in place what denying needs; idempotent. */
  void arm(Duration limit) throws InterruptedException;

  /** What stands in the way of using it, a sentence a server; nothing is changed. */
  Map<String, String> unreachable() throws InterruptedException;

  /** True when every server denies writes; nothing is changed. */
  boolean denied() throws InterruptedException;

  /**
   * True when what denies writes on every server is as {@link #deny} left it, as far as one look
   * shows; nothing is changed.
   */
  boolean stillDenied() throws InterruptedException;

  /**
   * Puts in place again what denies writes where a server's row says that they are denied and
   * something is missing, as after a failover. Servers that somebody opened by hand stay open.
   *
   * @return the shards where something was missing
   */
  List<String> mend(Duration limit) throws InterruptedException;

  /**
   * Denies writes on every server.
   *
   * @param limit how long running writers are waited for
   * @return by shard, the token that the shard's stream will meet
   * @throws dev.sluice.schemas.error.SluiceException when a server could not; others may deny then
   */
  Map<String, String> deny(String reason, Duration limit) throws InterruptedException;

  /** Lets writes pass on every server, whether they were denied or not. */
  void allow(String reason) throws InterruptedException;

  /** Takes the fences away, whether they are there or not. */
  void remove(Duration limit) throws InterruptedException;

  @Override
  void close();
}
