package dev.sluice.capture.engine;

/**
 * Hears what the engine's binary log client reads, whether a record comes of it or not; on the
 * client's thread.
 */
interface RawEvents {

  /**
   * The client is connected; nothing has been read yet.
   *
   * @param gtidSet what the server was told not to send, MySQL's text form
   */
  void connected(String gtidSet);

  /** So many bytes were read; called very often. */
  void read(long bytes);

  /** The end of a transaction was read, whose records the engine owes. */
  void transactionEnded();
}
