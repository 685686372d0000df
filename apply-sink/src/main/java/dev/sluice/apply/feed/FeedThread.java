package dev.sluice.apply.feed;

import dev.sluice.apply.core.ApplyLimits;
import dev.sluice.apply.core.CutFeed;
import dev.sluice.apply.core.OpenCut;
import dev.sluice.apply.core.Piece;
import dev.sluice.apply.core.PiecePlanner;
import dev.sluice.apply.core.PieceSource;
import dev.sluice.apply.core.RowChange;
import dev.sluice.apply.core.RowGuard;
import dev.sluice.apply.core.StreamGate;
import dev.sluice.apply.core.StreamPlace;
import dev.sluice.apply.offsets.GroupOffsets;
import dev.sluice.schemas.avro.ChangeCodecs;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.CutCodec;
import dev.sluice.schemas.journal.OffsetRange;
import dev.sluice.schemas.kafka.KafkaErrors;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.ApplierId;
import dev.sluice.schemas.workflow.MovePlan;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;

/**
 * The feed's thread: reads, plans, and keeps one piece ready while the applier executes another.
 * Other threads may call only {@link #pieces}, {@link #applied}, {@link #drained}, {@link
 * #backlogBytes}, {@link #waitingSeconds}, {@link #brokersSilentSince} and {@link #close}.
 */
public final class FeedThread implements AutoCloseable {

  private static final Duration IDLE_WAIT = Duration.ofMillis(100);
  private static final Duration BUSY_WAIT = Duration.ofMillis(2);
  private static final Duration PIECE_WAIT = Duration.ofMillis(200);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

  private final String applier;
  private final Consumer<byte[], byte[]> consumer;
  private final ShardPartitions partitions;
  private final KafkaCutFeed feed;
  private final GroupOffsets offsets;
  private final BrokerSilence silence;
  private final CutArrivals arrivals;
  private final List<StreamPlace> places;
  private final PiecePlanner planner;
  private final StreamGate gate;
  private final Handoff handoff = new Handoff(PIECE_WAIT);
  private final Thread thread;
  private volatile boolean stopped;
  private volatile boolean drained;
  private volatile long backlogBytes;

  private FeedThread(
      ApplierId applier,
      MovePlan plan,
      Consumer<byte[], byte[]> consumer,
      CutCodec codec,
      ShardPartitions partitions,
      List<StreamPlace> places,
      ApplyLimits limits,
      Clock clock,
      StreamGate gate) {
    this.gate = gate;
    this.applier = applier.toString();
    this.consumer = consumer;
    this.partitions = partitions;
    this.places = places;
    this.offsets = new GroupOffsets(partitions.streams(), clock);
    this.silence = new BrokerSilence(clock);
    this.arrivals = new CutArrivals(partitions.streams(), clock::millis, System::nanoTime);
    this.feed =
        new KafkaCutFeed(
            consumer, codec, partitions, new FlowControl(partitions, limits), arrivals);
    this.planner =
        new PiecePlanner(
            new Noting(),
            applier.workflowUuid(),
            plan.readShards(applier.direction()),
            places,
            new RowGuard(plan, applier.direction(), applier.number()),
            limits,
            gate);
    this.thread = new Thread(this::run, "apply-feed " + applier);
  }

  /**
   * Begins to read behind the places given.
   *
   * @param places as the checkpoints have them
   * @param gate closed from the start for streams that stand at a HOLD marker
   * @throws SluiceException KAFKA_UNAVAILABLE, or JOURNAL_GAP when the topics do not fit the
   *     checkpoints
   */
  public static FeedThread start(
      ApplierId applier,
      MovePlan plan,
      KafkaSettings kafka,
      ChangeCodecs codecs,
      List<StreamPlace> places,
      ApplyLimits limits,
      Clock clock,
      StreamGate gate)
      throws InterruptedException {
    TopicNames topics = TopicNames.of(applier.workflow(), applier.direction());
    Consumer<byte[], byte[]> consumer =
        FeedConsumers.create(
            kafka,
            "sluice-apply-" + applier,
            topics.applyGroup(),
            plan.tables().size() * plan.readShards(applier.direction()).size());
    try {
      ShardPartitions partitions = new ShardPartitions(applier, plan, codecs);
      CutCodec codec = new CutCodec(topics.journal(), codecs.ids());
      List<StreamPlace> complete = FeedConsumers.complete(consumer, partitions, codec, places);
      FeedConsumers.begin(consumer, partitions, complete);
      FeedThread feed =
          new FeedThread(applier, plan, consumer, codec, partitions, complete, limits, clock, gate);
      complete.stream().filter(p -> !p.holds().isEmpty()).forEach(p -> gate.close(p.stream()));
      feed.thread.start();
      return feed;
    } catch (InterruptException e) {
      consumer.close(Duration.ZERO);
      throw interrupted(e);
    } catch (KafkaException e) {
      consumer.close(Duration.ZERO);
      throw KafkaErrors.classify(e, "read the topics of " + applier);
    } catch (RuntimeException e) {
      consumer.close(Duration.ZERO);
      throw e;
    }
  }

  /** Shows the consumer's own metrics until what is answered is closed. */
  public KafkaClientMetrics bindMetrics(MeterRegistry meters) {
    KafkaClientMetrics metrics = new KafkaClientMetrics(consumer);
    metrics.bindTo(meters);
    return metrics;
  }

  /** Where the streams stood when the feed began, with what their cut records say. */
  public List<StreamPlace> places() {
    return places;
  }

  /** The pieces in order; polling waits a bounded time and throws what the feed failed with. */
  public PieceSource pieces() {
    return handoff;
  }

  /** Says that a transaction has been committed on the shard. */
  public void applied(StreamPlace place) {
    offsets.applied(place);
    arrivals.applied(place.stream(), place.journalOffset());
  }

  /**
   * How long the oldest cut that was read has been waiting to be applied, seconds, whatever the
   * source's clock says; 0 when none waits.
   */
  public double waitingSeconds() {
    return arrivals.seconds();
  }

  /** True when everything in the topics has been handed over to the applier. */
  public boolean drained() {
    return drained && handoff.isFree();
  }

  /** Bytes in the data topics that have not been planned yet. */
  public long backlogBytes() {
    return backlogBytes;
  }

  /** When the brokers last answered, if that is too long ago; else null. */
  public Instant brokersSilentSince() {
    return silence.since();
  }

  /** Ends the thread and closes the consumer; waits a bounded time. */
  @Override
  public void close() {
    stopped = true;
    consumer.wakeup();
    boolean interrupted = Thread.interrupted();
    try {
      thread.join(CLOSE_WAIT.toMillis());
    } catch (InterruptedException e) {
      interrupted = true;
      thread.interrupt();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (consumer) {
      while (!stopped) {
        round();
      }
    } catch (WakeupException | InterruptException | InterruptedException e) {
      handoff.fail(
          new SluiceException(
              ErrorCode.KAFKA_UNAVAILABLE,
              "the feed of " + applier + " was ended",
              "nothing: it is started again",
              e));
    } catch (KafkaException e) {
      handoff.fail(KafkaErrors.classify(e, "read the topics of " + applier));
    } catch (RuntimeException e) {
      handoff.fail(e);
    } catch (Error e) {
      handoff.fail(
          new SluiceException(
              ErrorCode.INTERNAL, "the feed of " + applier + " failed: " + e, "report it", e));
      throw e;
    }
  }

  private void round() throws InterruptedException {
    feed.fetch(planner.hasPending() || isHeld() ? BUSY_WAIT : IDLE_WAIT);
    silence.check(consumer);
    planner.advance();
    while (handOver()) {
      planner.advance();
    }
    boolean atEnd = feed.atEnd() && !planner.hasPending();
    offsets.tick(consumer, partitions.committed(), atEnd);
    // records that no cut names yet do not wait for this shard
    backlogBytes = atEnd ? 0 : feed.backlogBytes();
    drained = atEnd;
  }

  /** Nobody wakes this thread when a hold ends. */
  private boolean isHeld() {
    return IntStream.range(0, partitions.streams()).anyMatch(gate::closed);
  }

  private boolean handOver() throws InterruptedException {
    boolean full = planner.mustHandOver();
    boolean free = full ? handoff.awaitFree(IDLE_WAIT) : handoff.isFree();
    Piece piece = free ? planner.take() : null;
    if (piece == null) {
      return false;
    }
    drained = false;
    handoff.put(piece);
    return true;
  }

  private static InterruptedException interrupted(InterruptException cause) {
    Thread.interrupted();
    InterruptedException interrupted = new InterruptedException(cause.getMessage());
    interrupted.initCause(cause);
    return interrupted;
  }

  /** The feed as the planner sees it; notes what each cut means for the group's offsets. */
  private final class Noting implements CutFeed {

    @Override
    public OpenCut open(int preferred, IntPredicate closed) {
      OpenCut cut = feed.open(preferred, closed);
      if (cut != null) {
        Map<TopicPartition, Long> ends = new HashMap<>();
        if (partitions.commitsJournal(cut.stream())) {
          ends.put(partitions.journal(cut.stream()), cut.journalOffset() + 1);
        }
        for (OffsetRange range : cut.cut().ranges()) {
          PartitionBuffer buffer = partitions.find(cut.stream(), range);
          if (buffer != null) {
            ends.put(buffer.partition(), range.end());
          }
        }
        offsets.opened(cut.stream(), cut.cut().number(), ends);
      }
      return cut;
    }

    @Override
    public RowChange next() {
      return feed.next();
    }

    @Override
    public boolean exhausted() {
      return feed.exhausted();
    }
  }
}
