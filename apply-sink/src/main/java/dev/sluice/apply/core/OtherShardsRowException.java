package dev.sluice.apply.core;

import dev.sluice.schemas.error.SluiceException;

/**
 * A row cannot be inserted because a row of another source shard is in its way, whose delete is
 * expected in another stream.
 */
public final class OtherShardsRowException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int stream;
  private final transient SluiceException fatal;

  /**
   * @param fatal what the error is when patience has run out
   */
  public OtherShardsRowException(int stream, SluiceException fatal) {
    super(fatal.getMessage(), fatal);
    this.stream = stream;
    this.fatal = fatal;
  }

  /** The stream to hold back. */
  public int stream() {
    return stream;
  }

  public SluiceException fatal() {
    return fatal;
  }
}
