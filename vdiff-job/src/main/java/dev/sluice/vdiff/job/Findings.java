package dev.sluice.vdiff.job;

import dev.sluice.schemas.status.UnitError;
import dev.sluice.schemas.vdiff.RowClass;
import dev.sluice.schemas.vdiff.VDiffOrder;
import dev.sluice.schemas.vdiff.VDiffResult;
import dev.sluice.schemas.vdiff.VDiffResult.TableResult;
import dev.sluice.schemas.vdiff.VDiffState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * What one VDiff has found so far, over all tables, and how fast it goes. Used by the run's thread.
 */
final class Findings {

  private static final int MOST_HOLDS = 100;
  private static final double LEAST_PERCENT_FOR_ETA = 1;

  private final VDiffOrder order;
  private final Clock clock;
  private long copyRun;
  private Instant inherited;
  private final Map<String, TableScan> tables = new LinkedHashMap<>();
  private final List<Long> holds = new ArrayList<>();
  private Instant startedAt;
  private long repairs;
  private Instant rateSince;
  private long rateFrom;
  private String throttled;
  private long refreshes;
  private Instant refreshedAt;
  private final BiConsumer<String, List<String>> handedOut;

  /**
   * @param handedOut told the table and the bound of each new chunk
   */
  Findings(
      VDiffOrder order, Clock clock, long copyRun, BiConsumer<String, List<String>> handedOut) {
    this.order = order;
    this.clock = clock;
    this.copyRun = copyRun;
    this.handedOut = handedOut;
    order.tables().forEach(name -> tables.put(name, new TableScan(name, null, handedOut)));
  }

  /** Begins with what an earlier run has left. */
  void restore(Restored restored, VDiffResult before) {
    if (before != null) {
      startedAt = before.startedAt();
      copyRun = before.copyRun();
      inherited = before.provedAt();
      refreshedAt = before.refreshedAt();
      refreshes = before.refreshes();
      repairs = before.repairs();
      holds.addAll(before.holdMillis());
    }
    begin(restored);
    if (before != null) {
      tables.forEach(
          (name, table) -> {
            if (before.tables().containsKey(name)) {
              table.notCompared(before.tables().get(name).notComparedRows());
            }
          });
    }
  }

  private void begin(Restored restored) {
    for (String name : order.tables()) {
      TableScan table = new TableScan(name, refreshedAt, handedOut);
      table.sides(tables.get(name).sides());
      table.restore(restored);
      tables.put(name, table);
    }
  }

  /**
   * Chunks that were touched are to be compared again; the others were as they are at the moment
   * given.
   *
   * @param number of the refresh
   */
  void refresh(Restored restored, long number, Instant moment) {
    refreshes = number;
    refreshedAt = moment;
    inherited = moment;
    rateSince = null;
    begin(restored);
  }

  long refreshes() {
    return refreshes;
  }

  /** A VDiff that only looks at some keys again says no more of the others than its base did. */
  void inherit(VDiffResult base) {
    copyRun = base.copyRun();
    inherited = base.provedAt();
  }

  Collection<TableScan> tables() {
    return tables.values();
  }

  TableScan table(String name) {
    return tables.get(name);
  }

  boolean done() {
    return tables.values().stream().allMatch(TableScan::done);
  }

  /** True when only keys that were left out are still to be compared. */
  boolean onlyKeysLeft() {
    return tables.values().stream().allMatch(TableScan::handedOut);
  }

  long openKeys() {
    return tables.values().stream().mapToLong(table -> table.keys().open().size()).sum();
  }

  /** What holds scans back; null when nothing does. */
  void throttled(String reason) {
    throttled = reason;
  }

  long repairs() {
    return repairs;
  }

  void repaired(long number) {
    repairs = number;
  }

  /** A moment has been opened. */
  void opened(long holdMillis) {
    holds.add(holdMillis);
    if (holds.size() > MOST_HOLDS) {
      holds.remove(0);
    }
    if (startedAt == null) {
      startedAt = clock.instant();
    }
    if (rateSince == null) {
      rateSince = clock.instant();
      rateFrom = rowsDone();
    }
  }

  long rowsDone() {
    return tables.values().stream().mapToLong(TableScan::rowsDone).sum();
  }

  long count(RowClass rowClass) {
    return tables.values().stream().mapToLong(table -> table.count(rowClass)).sum();
  }

  /** The summary now. */
  VDiffResult result(VDiffState state, String stage, UnitError error) {
    Map<String, TableResult> results = new HashMap<>();
    tables.forEach((name, table) -> results.put(name, table.result(of(table, state))));
    Instant now = clock.instant();
    double percent = state == VDiffState.COMPLETED ? 100 : percent();
    return new VDiffResult(
        order.uuid(),
        order.workflow(),
        order.workflowUuid(),
        state,
        stage,
        order.run(),
        repairs,
        startedAt,
        state == VDiffState.COMPLETED ? now : null,
        Stream.concat(Stream.of(Optional.ofNullable(inherited)), oldest())
            .flatMap(Optional::stream)
            .min(Instant::compareTo)
            .orElse(null),
        holds,
        percent,
        state == VDiffState.RUNNING ? eta(now, percent) : null,
        copyRun,
        results,
        error == null ? List.of() : List.of(error),
        state == VDiffState.RUNNING ? throttled : null,
        refreshes,
        refreshedAt);
  }

  private Stream<Optional<Instant>> oldest() {
    return tables.values().stream().map(table -> Optional.ofNullable(table.oldest()));
  }

  private static VDiffState of(TableScan table, VDiffState whole) {
    if (table.done()) {
      return VDiffState.COMPLETED;
    }
    boolean begun = table.rowsDone() > 0;
    return whole == VDiffState.RUNNING && !begun ? VDiffState.PENDING : whole;
  }

  /** By rows, not by keys: an uneven spread of keys does not mislead it. */
  private double percent() {
    long estimated = tables.values().stream().mapToLong(TableScan::rowsEstimated).sum();
    long done =
        tables.values().stream()
            .mapToLong(table -> table.handedOut() ? table.rowsEstimated() : table.rowsDone())
            .sum();
    return Math.min(99.9, Math.round(1000.0 * done / Math.max(1, estimated)) / 10.0);
  }

  private Instant eta(Instant now, double percent) {
    if (rateSince == null || percent < LEAST_PERCENT_FOR_ETA) {
      return null;
    }
    double seconds = Duration.between(rateSince, now).toMillis() / 1000.0;
    double perSecond = (rowsDone() - rateFrom) / Math.max(0.001, seconds);
    long left =
        tables.values().stream()
            .filter(table -> !table.handedOut())
            .mapToLong(table -> table.rowsEstimated() - table.rowsDone())
            .sum();
    return perSecond < 1 ? null : now.plusMillis((long) (left * 1000.0 / perSecond));
  }
}
