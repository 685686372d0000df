package dev.sluice.controller.status;

import dev.sluice.controller.lifecycle.Lifecycle;
import dev.sluice.controller.port.UnitStatuses;
import dev.sluice.schemas.status.ApplierStatus;
import dev.sluice.schemas.status.StatusBoard.Entry;
import dev.sluice.schemas.status.StreamStatus;
import dev.sluice.schemas.status.UnitError;
import dev.sluice.schemas.status.UnitStatus;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowState;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts one workflow's status together and remembers the rate of its copy. Thread-safe. */
public final class StatusAssembler {

  /** Below this nothing can be said about the end. */
  private static final double LEAST_PERCENT_FOR_ETA = 1;

  private final UnitStatuses statuses;
  private final Map<String, RateEstimator> rates = new HashMap<>();
  private String stageName = "";
  private Instant stageSince = Instant.EPOCH;

  public StatusAssembler(UnitStatuses statuses) {
    this.statuses = statuses;
  }

  /** Takes note of how many rows have been copied; to be called about twice a second. */
  public synchronized void sample(WorkflowRecord record, Instant now) {
    if (record.plan() == null || record.state() != WorkflowState.COPYING) {
      rates.clear();
      return;
    }
    for (WorkflowStatus.Table table : tables(record)) {
      rates
          .computeIfAbsent(table.name(), name -> new RateEstimator())
          .sample(now, table.rowsCopied());
    }
  }

  /**
   * The status now.
   *
   * @param doing what the controller itself does for the workflow; null when nothing
   * @param warnings what will stop the workflow if nobody does something
   * @param trouble what keeps the controller from going on; null when nothing
   */
  public synchronized WorkflowStatus assemble(
      WorkflowRecord record,
      String doing,
      UnitError trouble,
      List<WorkflowStatus.ErrorView> warnings,
      Instant now) {
    List<Entry<StreamStatus>> streams = statuses.streams(record.uuid());
    List<Entry<ApplierStatus>> appliers = statuses.appliers(record.uuid());
    List<WorkflowStatus.Table> tables = tables(record);
    UnitError error = record.error() != null ? record.error() : trouble;
    if (error == null) {
      error = Troubles.lasting(record, streams, appliers, now).orElse(null);
    }
    return new WorkflowStatus(
        record.name(),
        record.state().word(),
        record.since(),
        stage(
            doing != null ? doing : StageNames.of(record, forward(streams), forward(appliers)),
            record,
            now),
        WorkflowStatus.Traffic.of(record.cutover()),
        tables,
        UnitViews.streams(record, streams, now),
        UnitViews.appliers(record, appliers, now),
        throttled(record, forward(streams), now),
        new WorkflowStatus.Throttle(
            record.controls().maxRowsPerSecond(), record.controls().maxLag()),
        record.state() == WorkflowState.COPYING ? TableViews.round(rate()) : null,
        eta(record, tables, now),
        null,
        ReverseView.of(record, streams, appliers, now),
        WorkflowStatus.ErrorView.of(error),
        warnings,
        Lifecycle.legalActions(record),
        NextSteps.of(record, error));
  }

  private List<WorkflowStatus.Table> tables(WorkflowRecord record) {
    return TableViews.of(
        record,
        forward(statuses.streams(record.uuid())),
        forward(statuses.appliers(record.uuid())),
        table -> rates.containsKey(table) ? rates.get(table).perSecond() : 0);
  }

  /** The copy goes one way only. */
  private static <S extends UnitStatus> List<Entry<S>> forward(List<Entry<S>> entries) {
    return entries.stream()
        .filter(entry -> Direction.FORWARD.word().equals(entry.status().direction()))
        .toList();
  }

  private WorkflowStatus.Stage stage(String name, WorkflowRecord record, Instant now) {
    if (!name.equals(stageName)) {
      // what is met for the first time may be as old as the state
      stageSince = stageName.isEmpty() ? record.since() : now;
      stageName = name;
    }
    return new WorkflowStatus.Stage(name, stageSince);
  }

  private double rate() {
    return rates.values().stream().mapToDouble(RateEstimator::perSecond).sum();
  }

  private Instant eta(WorkflowRecord record, List<WorkflowStatus.Table> tables, Instant now) {
    long copied = tables.stream().mapToLong(WorkflowStatus.Table::rowsCopied).sum();
    long estimated = tables.stream().mapToLong(WorkflowStatus.Table::rowsEstimated).sum();
    double perSecond = rate();
    if (record.state() != WorkflowState.COPYING
        || copied >= estimated
        || copied * 100.0 < estimated * LEAST_PERCENT_FOR_ETA
        || perSecond < 1) {
      return null;
    }
    return now.plusMillis((long) ((estimated - copied) * 1000.0 / perSecond));
  }

  /** What holds back the copy of a stream. */
  private static WorkflowStatus.Throttled throttled(
      WorkflowRecord record, List<Entry<StreamStatus>> streams, Instant now) {
    if (record.unitsRun()) {
      for (Entry<StreamStatus> stream : streams) {
        String said = stream.status().throttled();
        if (said != null && !stream.stale(now, UnitViews.STALE)) {
          return new WorkflowStatus.Throttled(true, said);
        }
      }
    }
    return new WorkflowStatus.Throttled(false, null);
  }
}
