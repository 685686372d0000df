package dev.sluice.server;

import dev.sluice.capture.CopyLimits;
import dev.sluice.schemas.status.ApplierStatus;
import dev.sluice.schemas.status.StatusBoard;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.StreamId;
import dev.sluice.schemas.workflow.WorkflowControls;
import dev.sluice.schemas.workflow.WorkflowDirectory;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.vdiff.job.ScanLimits;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What holds one stream's copy back, by the workflow's record and by what its appliers say of
 * themselves. Thread-safe.
 */
final class BoardLimits implements CopyLimits {

  /** An applier that has been silent for longer lags at least by its silence. */
  private static final Duration FRESH = Duration.ofSeconds(5);

  private final StreamId stream;
  private final WorkflowRecord record;
  private final WorkflowDirectory directory;
  private final StatusBoard board;
  private final Clock clock;

  BoardLimits(
      StreamId stream,
      WorkflowRecord record,
      WorkflowDirectory directory,
      StatusBoard board,
      Clock clock) {
    this.stream = stream;
    this.record = record;
    this.directory = directory;
    this.board = board;
    this.clock = clock;
  }

  /** What holds back the scans of a workflow's VDiff. */
  static ScanLimits scans(
      WorkflowRecord record,
      Direction direction,
      WorkflowDirectory directory,
      StatusBoard board,
      Clock clock) {
    String shard = record.plan().readShards(direction).get(0);
    StreamId stream = new StreamId(record.name(), record.uuid(), direction, shard, 0);
    BoardLimits limits = new BoardLimits(stream, record, directory, board, clock);
    return new ScanLimits() {
      @Override
      public WorkflowControls controls() {
        return limits.controls();
      }

      @Override
      public double applierSeconds() {
        return limits.targets().applierSeconds();
      }

      @Override
      public double replicaSeconds() {
        return limits.targets().replicaSeconds();
      }
    };
  }

  /** As they are now: they change while the stream runs. */
  @Override
  public WorkflowControls controls() {
    return directory
        .find(record.name())
        .filter(now -> now.uuid().equals(record.uuid()))
        .map(WorkflowRecord::controls)
        .orElse(record.controls());
  }

  @Override
  public Targets targets() {
    List<String> shards = record.plan().writtenShards(stream.direction());
    long backlog = 0;
    double lag = 0;
    double replicaLag = 0;
    List<Long> cuts = new ArrayList<>();
    for (String shard : shards) {
      StatusBoard.Entry<ApplierStatus> entry = applier(shard);
      if (entry == null) {
        cuts.add(0L);
        lag = Double.POSITIVE_INFINITY;
        continue;
      }
      ApplierStatus status = entry.status();
      backlog += status.backlogBytes();
      lag = Math.max(lag, status.lagSeconds() + silence(entry));
      if (status.replicaLagSeconds() != null) {
        replicaLag = Math.max(replicaLag, status.replicaLagSeconds());
      }
      cuts.add(cut(status));
    }
    return new Targets(backlog, lag, replicaLag, cuts);
  }

  private StatusBoard.Entry<ApplierStatus> applier(String shard) {
    return board.appliers(stream.workflowUuid()).stream()
        .filter(
            entry ->
                entry.status().direction().equals(stream.direction().word())
                    && entry.status().shard().equals(shard))
        .findFirst()
        .orElse(null);
  }

  private double silence(StatusBoard.Entry<ApplierStatus> entry) {
    Instant now = clock.instant();
    return entry.stale(now, FRESH) ? Duration.between(entry.seenAt(), now).toMillis() / 1000.0 : 0;
  }

  private long cut(ApplierStatus status) {
    return status.streams() == null
        ? 0
        : status.streams().stream()
            .filter(place -> place.stream().equals(stream.shard()))
            .mapToLong(ApplierStatus.StreamPlace::cut)
            .max()
            .orElse(0);
  }
}
