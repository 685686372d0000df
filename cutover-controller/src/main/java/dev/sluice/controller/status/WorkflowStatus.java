package dev.sluice.controller.status;

import dev.sluice.schemas.routing.TabletType;
import dev.sluice.schemas.status.ApplierStatus;
import dev.sluice.schemas.status.UnitError;
import dev.sluice.schemas.workflow.Cutover;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The answer of {@code GET /v1/workflows/{w}/status}; the reference says what each part means. */
public record WorkflowStatus(
    String name,
    String state,
    Instant since,
    Stage stage,
    Traffic traffic,
    List<Table> tables,
    List<Stream> streams,
    List<Applier> appliers,
    Throttled throttled,
    Throttle throttle,
    Double rowsPerSecond,
    Instant eta,
    Object vdiff,
    Reverse reverse,
    ErrorView error,
    List<ErrorView> warnings,
    List<String> legalActions,
    List<String> nextSteps) {

  /** What is being done or waited for, and since when. */
  public record Stage(String name, Instant since) {}

  /**
   * Which side serves: {@code source} or {@code target}.
   *
   * @param reads of replicas; {@code mixed} when those of one tablet type alone are on the target
   */
  public record Traffic(String reads, String writes, Map<String, String> tabletTypes) {

    static Traffic of(Cutover cutover) {
      Map<String, String> sides = new LinkedHashMap<>();
      for (TabletType type : TabletType.values()) {
        sides.put(type.word(), cutover.side(type));
      }
      String replica = cutover.side(TabletType.REPLICA);
      boolean mixed = !replica.equals(cutover.side(TabletType.RDONLY));
      return new Traffic(mixed ? "mixed" : replica, cutover.side(TabletType.PRIMARY), sides);
    }
  }

  /**
   * A table's copy.
   *
   * @param phase waiting, copying, indexing or done
   * @param percent 0 to 100
   */
  public record Table(
      String name,
      String phase,
      long rowsCopied,
      long rowsEstimated,
      double percent,
      double rowsPerSecond) {}

  /**
   * A stream.
   *
   * @param lagSeconds of a unit that is silent although it should run: for how long, at least
   * @param replicaLagSeconds how far the replica that is read is behind its primary; null when the
   *     primary is read
   */
  public record Stream(
      String id,
      String direction,
      String shard,
      String state,
      String stage,
      String gtidExecuted,
      double lagSeconds,
      Long cut,
      Long captureEpoch,
      boolean consistent,
      Instant retryingSince,
      ErrorView error,
      Double replicaLagSeconds) {}

  /**
   * An applier.
   *
   * @param gtidExecuted of the stream when there is one, else by stream
   * @param lagSeconds of a unit that is silent although it should run: for how long, at least
   * @param parkedRows rows that wait for a row of another source shard to go
   * @param replicaLagSeconds how far the shard's replica is behind; null when there is none, or it
   *     does not replicate
   * @param heldSince since when it holds at a VDiff's marker; null when it does not
   */
  public record Applier(
      String id,
      String direction,
      String shard,
      String state,
      String stage,
      String gtidExecuted,
      Long cut,
      double lagSeconds,
      Long backlogBytes,
      Long ownerEpoch,
      List<String> indexing,
      Long parkedRows,
      ApplierStatus.Parked parkedOldest,
      Instant retryingSince,
      ErrorView error,
      Double replicaLagSeconds,
      Instant heldSince) {}

  /** What the operator asked for; both null without a throttle. */
  public record Throttle(Long maxRowsPerSecond, String maxLag) {}

  /** Whether something holds the copy back. */
  public record Throttled(boolean on, String reason) {}

  /**
   * The way back.
   *
   * @param ready heartbeats of every target shard's present stream have come to every source
   *     shard's applier, nothing is in error and the lag is small
   * @param lagSeconds of its slowest stream and applier; 0 while there is none
   */
  public record Reverse(boolean ready, double lagSeconds) {}

  /** An error with what to do about it. */
  public record ErrorView(String code, String message, String remedy) {

    /** The view of an error; null for null. */
    public static ErrorView of(UnitError error) {
      return error == null ? null : new ErrorView(error.code(), error.message(), error.remedy());
    }
  }
}
