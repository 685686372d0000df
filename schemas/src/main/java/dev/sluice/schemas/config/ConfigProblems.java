package dev.sluice.schemas.config;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Everything that is wrong with a configuration, gathered so that one error names all offenders.
 * Not thread-safe.
 */
public final class ConfigProblems {

  /**
   * One offender.
   *
   * @param path where it stands: {@code keyspaces.commerce.shards.-.primary.port}
   */
  public record Problem(String path, String message) {

    @Override
    public String toString() {
      return path + ": " + message;
    }
  }

  private final List<Problem> problems = new ArrayList<>();

  public void add(String path, String message) {
    problems.add(new Problem(path, message));
  }

  public List<Problem> all() {
    return List.copyOf(problems);
  }

  /**
   * Fails if there is any problem.
   *
   * @throws SluiceException INVALID_CONFIGURATION with a line for each
   */
  public void throwIfAny(String what) {
    if (!problems.isEmpty()) {
      throw new SluiceException(
          ErrorCode.INVALID_CONFIGURATION,
          what + ": " + problems.stream().map(Problem::toString).collect(Collectors.joining("; ")),
          "correct these places; docs/reference.md lists every key");
    }
  }
}
