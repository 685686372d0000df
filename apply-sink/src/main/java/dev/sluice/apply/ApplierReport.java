package dev.sluice.apply;

import dev.sluice.apply.core.ParkedState;
import dev.sluice.apply.core.Piece;
import dev.sluice.apply.core.StreamPlace;
import dev.sluice.apply.feed.FeedThread;
import dev.sluice.apply.hold.StreamHolds;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.kafka.KafkaErrors;
import dev.sluice.schemas.status.ApplierStatus;
import dev.sluice.schemas.status.UnitError;
import dev.sluice.schemas.workflow.ApplierId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * What the applier says of itself: status and metrics. Belongs to the applier's thread; the gauges
 * are read by others.
 */
final class ApplierReport implements AutoCloseable {

  private static final long INTERVAL_MILLIS = 1_000;
  private static final String APPLYING = "applying";
  private static final String WAITING = "waiting for changes";

  private final ApplierContext context;
  private final List<String> streams;
  private final ApplyMetrics metrics;
  private String state = "starting";
  private String stage = "starting";
  private Instant stageSince;
  private long ownerEpoch;
  private Supplier<List<String>> indexing = List::of;
  private Supplier<StreamHolds.Held> holds = () -> null;
  private volatile ParkedState parked = ParkedState.NONE;
  private long parkedTold;
  private Instant retryingSince;
  private UnitError error;
  private long nextMillis;
  private boolean consistentTold;
  private int indexingTold;
  private boolean heldTold;
  private volatile FeedThread feed;
  private volatile List<StreamPlace> places = List.of();
  private volatile long committedMillis;

  ApplierReport(ApplierContext context) {
    this.context = context;
    this.streams = context.plan().readShards(context.applier().direction());
    this.stageSince = context.clock().instant();
    this.committedMillis = context.clock().millis();
    this.metrics =
        new ApplyMetrics(
            context.meters(),
            context.applier(),
            this::lagSeconds,
            () -> (context.clock().millis() - committedMillis) / 1_000.0,
            this::backlogBytes,
            () -> parked.rows());
  }

  void stage(String newState, String newStage) {
    state = newState;
    stage = newStage;
    stageSince = context.clock().instant();
    publish();
  }

  void owned(long[] ownerEpochs) {
    ownerEpoch = ownerEpochs[0];
  }

  void indexing(Supplier<List<String>> tables) {
    indexing = tables;
  }

  void holds(Supplier<StreamHolds.Held> current) {
    holds = current;
  }

  void feed(FeedThread current) {
    feed = current;
  }

  void places(List<StreamPlace> current) {
    places = current;
  }

  void parked(ParkedState current) {
    parked = current;
  }

  /**
   * @param nanos how long the transaction took
   */
  void committed(Piece piece, long nanos) {
    List<StreamPlace> next = new ArrayList<>(places);
    next.set(piece.stream(), piece.place());
    places = next;
    committedMillis = context.clock().millis();
    metrics.rows(piece.operations());
    metrics.transaction(nanos);
  }

  /** Publishes when something that others wait for has changed, else once a second. */
  void tick() {
    noteBrokers();
    boolean consistent = !places.isEmpty() && places.stream().allMatch(StreamPlace::consistent);
    int tables = indexing.get().size();
    boolean held = holds.get() != null;
    if (consistent != consistentTold
        || tables != indexingTold
        || held != heldTold
        || (parked.rows() == 0) != (parkedTold == 0)
        || context.clock().millis() >= nextMillis) {
      consistentTold = consistent;
      indexingTold = tables;
      heldTold = held;
      parkedTold = parked.rows();
      publish();
    }
  }

  /** Nothing fails while the brokers are away: the feed only waits. */
  private void noteBrokers() {
    Instant silent = feed == null ? null : feed.brokersSilentSince();
    if (silent != null && retryingSince == null) {
      retryingSince = silent;
      error =
          UnitError.of(
              KafkaErrors.classify(
                  new TimeoutException("no broker has answered since " + silent),
                  "read the topics of " + context.applier()));
      stage("retrying", "waiting for Kafka");
    } else if (silent == null && retryingSince != null) {
      retryingSince = null;
      error = null;
      stage(APPLYING, WAITING);
    }
  }

  /** The feed is ready. */
  void applying() {
    stage(APPLYING, WAITING);
  }

  /** Publishes an error and answers it. */
  SluiceException failed(SluiceException failure) {
    error = UnitError.of(failure);
    if (!failure.retryable()) {
      retryingSince = null;
    } else {
      retryingSince = retryingSince == null ? context.clock().instant() : retryingSince;
      metrics.retry(failure.code());
    }
    stage(UnitError.stateOf(failure), stage);
    return failure;
  }

  @Override
  public void close() {
    metrics.close();
  }

  double lagSeconds() {
    FeedThread current = feed;
    List<StreamPlace> now = places;
    if (current == null || now.isEmpty()) {
      return 0;
    }
    Instant silent = current.brokersSilentSince();
    if (current.drained()) {
      return silent == null ? 0 : secondsSince(silent.toEpochMilli());
    }
    long oldest =
        now.stream().mapToLong(StreamPlace::sourceTimeMillis).filter(t -> t > 0).min().orElse(0);
    // the source's clock may be ahead, or have been: time passes all the same
    return Math.max(oldest == 0 ? 0 : secondsSince(oldest), current.waitingSeconds());
  }

  private double secondsSince(long millis) {
    return Math.max(0, context.clock().millis() - millis) / 1_000.0;
  }

  long backlogBytes() {
    FeedThread current = feed;
    return current == null ? 0 : current.backlogBytes();
  }

  private void publish() {
    Instant now = context.clock().instant();
    StreamHolds.Held held = holds.get();
    nextMillis = now.toEpochMilli() + INTERVAL_MILLIS;
    ApplierId applier = context.applier();
    context
        .status()
        .accept(
            new ApplierStatus(
                applier.toString(),
                applier.workflow(),
                applier.workflowUuid(),
                applier.direction().word(),
                applier.shard(),
                state,
                stage,
                stageSince,
                ownerEpoch,
                placesForStatus(),
                lagSeconds(),
                backlogBytes(),
                indexing.get(),
                parked.rows(),
                ApplierStatus.Parked.of(
                    parked.stream(), parked.table(), parked.key(), parked.since()),
                retryingSince,
                error,
                now,
                context.replicaLagSeconds().get(),
                held == null ? null : held.since()));
  }

  private List<ApplierStatus.StreamPlace> placesForStatus() {
    return places.stream()
        .map(
            p ->
                new ApplierStatus.StreamPlace(
                    streams.get(p.stream()),
                    p.captureEpoch(),
                    p.cut(),
                    p.gtidSet(),
                    p.consistent(),
                    p.sourceTimeMillis() == 0 ? null : Instant.ofEpochMilli(p.sourceTimeMillis()),
                    p.journalOffset(),
                    p.copyRun()))
        .toList();
  }
}
