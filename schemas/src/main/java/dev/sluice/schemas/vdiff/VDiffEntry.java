package dev.sluice.schemas.vdiff;

import dev.sluice.schemas.workflow.WorkflowRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A VDiff as it stands: what was asked and what was found. Immutable.
 *
 * @param result empty while no job has said anything
 */
public record VDiffEntry(VDiffOrder order, Optional<VDiffResult> result) {

  /** Default of {@code --max-vdiff-age}: an older answer proves nothing about now. */
  public static final Duration MAX_AGE = Duration.ofHours(24);

  public VDiffState state() {
    return result
        .filter(found -> found.run() >= order.run())
        .map(VDiffResult::state)
        .orElse(VDiffState.PENDING);
  }

  /** Rows that differ or of which nothing can be said. */
  public long mismatches() {
    return result.map(found -> found.differing() + found.notCompared()).orElse(0L);
  }

  /** When the answer was true: its oldest moment once it is completed; else null. */
  public Instant at() {
    return state() == VDiffState.COMPLETED ? result.map(VDiffResult::provedAt).orElse(null) : null;
  }

  /** True when it is completed and every row that it compared is as it should be. */
  public boolean clean() {
    return state() == VDiffState.COMPLETED && mismatches() == 0;
  }

  /**
   * True when it does not speak of the workflow as it is now: it is not completed, older than the
   * age, leaves tables out, or was made of an earlier copy.
   */
  public boolean stale(WorkflowRecord record, Instant now, Duration maxAge) {
    Instant at = at();
    if (at == null || at.plus(maxAge).isBefore(now) || record.plan() == null) {
      return true;
    }
    Set<String> tables = new HashSet<>();
    record.plan().tables().forEach(table -> tables.add(table.name()));
    return !Set.copyOf(order.tables()).containsAll(tables)
        || result.map(VDiffResult::copyRun).orElse(-1L) != record.controls().copyRun();
  }
}
