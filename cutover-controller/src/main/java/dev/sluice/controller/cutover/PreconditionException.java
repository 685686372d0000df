package dev.sluice.controller.cutover;

import java.util.List;
import java.util.stream.Collectors;

/** A change of traffic, or a completion, that may not begin now; nothing was changed. */
public final class PreconditionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * One thing that stands in the way.
   *
   * @param check its id, as the reference lists them
   */
  public record Failed(String check, String message) {}

  private final transient List<Failed> failed;

  public PreconditionException(List<Failed> failed) {
    super(failed.stream().map(Failed::message).collect(Collectors.joining("; ")));
    this.failed = List.copyOf(failed);
  }

  /** Everything that stands in the way. */
  public List<Failed> failed() {
    return failed;
  }
}
