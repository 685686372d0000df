package dev.sluice.schemas.workflow;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sluice.schemas.config.Durations;
import java.time.Duration;

/**
 * What an operator has asked for beyond the spec, and may ask for again while the workflow runs.
 * Immutable.
 *
 * @param copyRun how often the copy was begun again; 0 for the first copy
 * @param maxRowsPerSecond the row copy of each stream sends no more than this; null for no limit
 * @param maxLag the row copy waits while an applier or a target's replica lags more than this, as
 *     in {@code 10s}; null for no limit
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WorkflowControls(long copyRun, Long maxRowsPerSecond, String maxLag) {

  /** The first copy, without a throttle. */
  public static final WorkflowControls NONE = new WorkflowControls(0, null, null);

  private static final long MOST_SECONDS = 86_400;

  public WorkflowControls {
    if (maxRowsPerSecond != null && maxRowsPerSecond < 1) {
      throw new IllegalArgumentException(
          "maxRowsPerSecond: " + maxRowsPerSecond + " is below 1; stop the workflow to stop it");
    }
    if (maxLag != null) {
      Duration lag = parse(maxLag);
      if (lag.toMillis() < 1_000 || lag.toSeconds() > MOST_SECONDS) {
        throw new IllegalArgumentException("maxLag: " + maxLag + " is not between 1s and 24h");
      }
    }
  }

  private static Duration parse(String text) {
    try {
      return Durations.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("maxLag: " + e.getMessage(), e);
    }
  }

  /** {@code maxLag} in seconds; infinite when there is no limit. */
  @JsonIgnore
  public double maxLagSeconds() {
    return maxLag == null ? Double.POSITIVE_INFINITY : Durations.parse(maxLag).toMillis() / 1000.0;
  }

  /** One copy later, the throttle as it is. */
  public WorkflowControls nextCopyRun() {
    return new WorkflowControls(copyRun + 1, maxRowsPerSecond, maxLag);
  }

  /** The same copy with another throttle. */
  public WorkflowControls throttled(Long rowsPerSecond, String lag) {
    return new WorkflowControls(copyRun, rowsPerSecond, lag);
  }
}
