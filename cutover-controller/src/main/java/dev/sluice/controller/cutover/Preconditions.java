package dev.sluice.controller.cutover;

import dev.sluice.controller.cutover.PreconditionException.Failed;
import dev.sluice.controller.port.CutoverServers;
import dev.sluice.controller.port.SideFence;
import dev.sluice.controller.port.UnitStatuses;
import dev.sluice.controller.status.ReverseView;
import dev.sluice.controller.status.WorkflowStatus;
import dev.sluice.mysql.fence.FenceSide;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.vdiff.VDiffEntry;
import dev.sluice.schemas.vdiff.VDiffState;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Asks everything that can stand in the way of a change of traffic; nothing is changed by asking.
 * Stateless.
 */
final class Preconditions {

  /** Writers that have been at it for longer may go on for as long again. */
  static final Duration OLD_TRANSACTION = Duration.ofSeconds(10);

  /** A transaction with more rows than this would be drained for seconds while writes wait. */
  static final long HUGE_TRANSACTION = 50_000;

  private final CutoverServers servers;
  private final UnitStatuses statuses;

  Preconditions(CutoverServers servers, UnitStatuses statuses) {
    this.servers = servers;
    this.statuses = statuses;
  }

  /**
   * Everything that stands in the way.
   *
   * @param losing fences of the side that serves now
   * @param gaining fences of the other side
   */
  List<Failed> failed(
      WorkflowRecord record,
      boolean toTarget,
      SwitchOptions options,
      SideFence losing,
      SideFence gaining,
      Instant now)
      throws InterruptedException {
    List<Failed> failed = new ArrayList<>();
    Direction there = toTarget ? Direction.FORWARD : Direction.REVERSE;
    PipelineHealth pipeline = new PipelineHealth(statuses, record, there, now);
    pipeline.units("streams", "appliers", failed);
    pipeline.equality(failed);
    pipeline.lag(options.maxLag(), failed);
    if (options.writes()) {
      writes(record, toTarget, options, losing, gaining, now, failed);
    }
    return failed;
  }

  private void writes(
      WorkflowRecord record,
      boolean toTarget,
      SwitchOptions options,
      SideFence losing,
      SideFence gaining,
      Instant now,
      List<Failed> failed)
      throws InterruptedException {
    Direction back = toTarget ? Direction.REVERSE : Direction.FORWARD;
    new PipelineHealth(statuses, record, back, now).units("reverse", "reverse", failed);
    WorkflowStatus.Reverse reverse =
        ReverseView.of(
            record, statuses.streams(record.uuid()), statuses.appliers(record.uuid()), now);
    boolean named = failed.stream().anyMatch(f -> f.check().equals("reverse"));
    if (toTarget && !reverse.ready() && !named) {
      failed.add(
          new Failed("reverse", "no heartbeat of the target has come back to the source yet"));
    }
    if (toTarget && !record.cutover().switchedOnce() && !options.skipVdiff()) {
      vdiff(servers.lastVDiff(record), options.maxVdiffAge(), record, now, failed);
    }
    losing.unreachable().forEach((shard, why) -> failed.add(new Failed("servers", why)));
    gaining.unreachable().forEach((shard, why) -> failed.add(new Failed("servers", why)));
    if (failed.stream().noneMatch(f -> f.check().equals("servers"))) {
      onServers(record, toTarget, gaining, failed);
    }
  }

  private void onServers(
      WorkflowRecord record, boolean toTarget, SideFence gaining, List<Failed> failed)
      throws InterruptedException {
    if (!gaining.denied()) {
      failed.add(
          new Failed(
              "fence_denied",
              "the "
                  + (toTarget ? "target" : "source")
                  + " takes application writes already: somebody has changed its fence"));
    }
    FenceSide side = toTarget ? FenceSide.SOURCE : FenceSide.TARGET;
    servers
        .openTransactions(record, side, OLD_TRANSACTION, HUGE_TRANSACTION)
        .forEach(text -> failed.add(new Failed("open_transactions", text)));
  }

  private static void vdiff(
      Optional<VDiffEntry> last,
      Duration maxAge,
      WorkflowRecord record,
      Instant now,
      List<Failed> failed) {
    String remedy = ": sluice vdiff create " + record.name() + " --wait, or --skip-vdiff";
    if (last.isEmpty()) {
      failed.add(new Failed("vdiff", "there is no VDiff of this workflow" + remedy));
      return;
    }
    VDiffEntry found = last.get();
    if (found.state() != VDiffState.COMPLETED) {
      failed.add(
          new Failed("vdiff", "the last VDiff is not completed but " + word(found) + remedy));
    } else if (!found.clean()) {
      failed.add(
          new Failed(
              "vdiff",
              "the last VDiff found "
                  + found.mismatches()
                  + " rows that differ or could not be compared: sluice vdiff show "
                  + record.name()));
    } else if (found.stale(record, now, maxAge)) {
      failed.add(
          new Failed(
              "vdiff",
              "the last VDiff is of "
                  + found.at()
                  + ": too old, of an earlier copy, or not of all tables"
                  + remedy));
    }
  }

  private static String word(VDiffEntry entry) {
    return entry.state().name().toLowerCase(Locale.ROOT);
  }

  /** A refusal out of an error met while everything was made ready. */
  static PreconditionException notReady(SluiceException error) {
    boolean away =
        error.code() == ErrorCode.MYSQL_UNAVAILABLE || error.code() == ErrorCode.KAFKA_UNAVAILABLE;
    return new PreconditionException(
        List.of(
            new Failed(
                away ? "servers" : "fence_armed",
                away
                    ? error.getMessage()
                    : "the fences cannot be made ready: " + error.getMessage())));
  }
}
