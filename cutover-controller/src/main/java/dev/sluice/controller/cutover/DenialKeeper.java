package dev.sluice.controller.cutover;

import dev.sluice.controller.port.CutoverServers;
import dev.sluice.controller.port.SideFence;
import dev.sluice.controller.status.WorkflowStatus.ErrorView;
import dev.sluice.mysql.fence.FenceSide;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks from time to time whether the side without the traffic still denies writes, and puts back
 * what a failover, a restore or somebody's hand has taken away (I12). It serves nobody, so nothing
 * can be lost by that. What was opened by a change of the fence's own row is left open and warned
 * of: that is how people open a side by hand. Used by the workflow's loop; {@link #warnings} is
 * thread-safe.
 */
public final class DenialKeeper {

  private static final Logger LOG = LoggerFactory.getLogger(DenialKeeper.class);

  /** Code of the warning; see docs/operating/errors.md. */
  static final String NOT_DENIED = "NOT_DENIED";

  private static final Duration AGAIN = Duration.ofSeconds(15);

  /** A server that is away costs commands of this workflow the time to find that out. */
  private static final Duration AGAIN_AFTER_ERROR = Duration.ofMinutes(1);

  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final CutoverServers servers;
  private final Clock clock;
  private Instant next = Instant.MIN;
  private volatile List<ErrorView> warnings = List.of();

  public DenialKeeper(CutoverServers servers, Clock clock) {
    this.servers = servers;
    this.clock = clock;
  }

  /** What is wrong with the denial and is not put back. */
  public List<ErrorView> warnings() {
    return warnings;
  }

  /**
   * Looks, if it is time to. No change of traffic is under way.
   *
   * @return what was put back, for the history; empty when nothing was
   * @throws SluiceException FENCED when another controller has taken over
   */
  public Optional<String> look(WorkflowRecord record) throws InterruptedException {
    Instant now = clock.instant();
    if (now.isBefore(next)) {
      return Optional.empty();
    }
    next = now.plus(AGAIN);
    FenceSide side = record.cutover().writesOnTarget() ? FenceSide.SOURCE : FenceSide.TARGET;
    try (SideFence fence = servers.fence(record, side)) {
      List<String> shards = fence.mend(LIMIT);
      warnings = fence.denied() ? List.of() : List.of(open(record, side));
      return shards.isEmpty() ? Optional.empty() : Optional.of(said(record, side, shards));
    } catch (SluiceException e) {
      if (e.code() == ErrorCode.FENCED) {
        throw e;
      }
      next = now.plus(AGAIN_AFTER_ERROR);
      if (e.code() != ErrorCode.MYSQL_UNAVAILABLE) {
        warnings =
            List.of(new ErrorView(NOT_DENIED, sideOf(record, side) + e.getMessage(), e.remedy()));
      }
      return Optional.empty();
    }
  }

  private static String said(WorkflowRecord record, FenceSide side, List<String> shards) {
    String text =
        sideOf(record, side)
            + "writes were not denied any more on "
            + shards
            + " (a trigger or read_only was gone); they are again. A VDiff shows whether any got"
            + " in";
    LOG.atWarn().addKeyValue("workflow", record.name()).log(text);
    return text;
  }

  private static String sideOf(WorkflowRecord record, FenceSide side) {
    return "the "
        + side.word()
        + " ("
        + (side == FenceSide.SOURCE ? record.spec().source() : record.spec().target())
        + "), which does not have the traffic: ";
  }

  private static ErrorView open(WorkflowRecord record, FenceSide side) {
    return new ErrorView(
        NOT_DENIED,
        sideOf(record, side) + "somebody has changed its fence; writes may pass there",
        "make sure that nobody writes there, then deny again, on each of its primaries: UPDATE"
            + " _sluice.fence SET denied = 1 WHERE workflow = '"
            + record.name()
            + "' AND id LIKE '%/"
            + side.word()
            + "/%'");
  }
}
