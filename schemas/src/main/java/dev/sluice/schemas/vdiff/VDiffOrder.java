package dev.sluice.schemas.vdiff;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sluice.schemas.config.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What operators asked of one VDiff. Immutable; only the active controller's process writes it.
 *
 * @param tables those to compare, in order of name; never empty
 * @param base uuid of the VDiff whose differing keys alone are to be compared; null to compare all
 *     rows
 * @param maxSnapshotAge how long a snapshot may stay open, as in {@code 1h}; 1s to 24h
 * @param runs false once it was stopped
 * @param run rises with each {@code resume}: a job that failed tries again under a new one
 * @param repairs how often a repair has been asked for
 * @param refreshes how often a refresh has been asked for
 * @param deleted true while what it has found is being removed
 * @param history who asked for what, when and why, oldest first
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record VDiffOrder(
    String uuid,
    String workflow,
    String workflowUuid,
    List<String> tables,
    String base,
    String maxSnapshotAge,
    Instant createdAt,
    boolean runs,
    long run,
    long repairs,
    long refreshes,
    boolean deleted,
    List<Action> history) {

  /** Default of {@code maxSnapshotAge}. */
  public static final String DEFAULT_SNAPSHOT_AGE = "1h";

  private static final long MOST_SECONDS = 86_400;

  /**
   * Something that was asked for.
   *
   * @param what create, stop, resume, repair, refresh or delete
   */
  public record Action(String what, Instant at, String by, String reason) {}

  public VDiffOrder {
    Objects.requireNonNull(uuid, "uuid");
    Objects.requireNonNull(workflow, "workflow");
    Objects.requireNonNull(workflowUuid, "workflowUuid");
    tables = List.copyOf(tables);
    maxSnapshotAge = maxSnapshotAge == null ? DEFAULT_SNAPSHOT_AGE : maxSnapshotAge;
    Duration age = Durations.parse(maxSnapshotAge);
    if (age.toSeconds() < 1 || age.toSeconds() > MOST_SECONDS) {
      throw new IllegalArgumentException(
          "maxSnapshotAge: " + maxSnapshotAge + " is not between 1s and 24h");
    }
    history = history == null ? List.of() : List.copyOf(history);
  }

  /** True when only the keys that differed in {@link #base} are compared. */
  @JsonIgnore
  public boolean recheck() {
    return base != null;
  }

  @JsonIgnore
  public Duration snapshotAge() {
    return Durations.parse(maxSnapshotAge);
  }

  /** An order that has just been given. */
  public VDiffOrder(
      String uuid,
      String workflow,
      String workflowUuid,
      List<String> tables,
      String base,
      String maxSnapshotAge,
      Instant createdAt,
      boolean runs,
      long run,
      long repairs,
      List<Action> history) {
    this(
        uuid,
        workflow,
        workflowUuid,
        tables,
        base,
        maxSnapshotAge,
        createdAt,
        runs,
        run,
        repairs,
        0,
        false,
        history);
  }

  public VDiffOrder stopped(Action action) {
    return with(false, run, repairs, refreshes, false, action);
  }

  /** This order, to be removed with all that was found. */
  public VDiffOrder removed(Action action) {
    return with(false, run, repairs, refreshes, true, action);
  }

  public VDiffOrder resumed(Action action) {
    return with(true, run + 1, repairs, refreshes, false, action);
  }

  public VDiffOrder repaired(Action action) {
    return with(true, run + 1, repairs + 1, refreshes, false, action);
  }

  public VDiffOrder refreshed(Action action) {
    return with(true, run + 1, repairs, refreshes + 1, false, action);
  }

  private VDiffOrder with(
      boolean goesOn,
      long newRun,
      long newRepairs,
      long newRefreshes,
      boolean nowDeleted,
      Action action) {
    List<Action> longer = new ArrayList<>(history);
    longer.add(action);
    return new VDiffOrder(
        uuid,
        workflow,
        workflowUuid,
        tables,
        base,
        maxSnapshotAge,
        createdAt,
        goesOn,
        newRun,
        newRepairs,
        newRefreshes,
        nowDeleted,
        longer);
  }
}
