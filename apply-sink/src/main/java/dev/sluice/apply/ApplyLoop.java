package dev.sluice.apply;

import dev.sluice.apply.core.ApplyCore;
import dev.sluice.apply.core.OtherShardsRowException;
import dev.sluice.apply.core.Piece;
import dev.sluice.apply.core.StreamPlace;
import dev.sluice.apply.feed.FeedThread;
import dev.sluice.apply.index.DeferredIndexes;
import dev.sluice.apply.write.TargetWriter;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The applier's thread: steps the core until stopped or failed. Not thread-safe. */
final class ApplyLoop {

  private static final Logger log = LoggerFactory.getLogger(ApplyLoop.class);

  private final ApplierContext context;
  private final TargetWriter writer;
  private final ApplierReport report;
  private final BooleanSupplier stopped;
  private final DeferredIndexes indexes;
  private final HeldStreams held;

  ApplyLoop(
      ApplierContext context, TargetWriter writer, ApplierReport report, BooleanSupplier stopped) {
    this.context = context;
    this.writer = writer;
    this.report = report;
    this.stopped = stopped;
    this.indexes =
        new DeferredIndexes(
            context.plan().tables(),
            context.target(),
            context.applier().toString(),
            context.pause());
    this.held =
        new HeldStreams(
            context.plan().readShards(context.applier().direction()).size(),
            context.limits().duplicatePatience(),
            context.clock());
  }

  /**
   * Applies from the places on.
   *
   * @param places as the checkpoints have them
   */
  void run(List<StreamPlace> places) throws InterruptedException {
    try (indexes) {
      report.indexing(indexes::outstanding);
      List<StreamPlace> from = places;
      while (!stopped.getAsBoolean()) {
        from = untilHeldBack(from);
      }
    }
  }

  /**
   * Applies until stopped, or until a stream has to be held back: then the feed begins again from
   * the places answered.
   */
  private List<StreamPlace> untilHeldBack(List<StreamPlace> from) throws InterruptedException {
    report.stage("starting", "reading the topics");
    try (FeedThread feed =
            FeedThread.start(
                context.applier(),
                context.plan(),
                context.kafka(),
                context.codecs(),
                from,
                context.limits(),
                held::isHeld,
                context.clock());
        KafkaClientMetrics clientMetrics = feed.bindMetrics(context.meters())) {
      held.feedBegun();
      report.feed(feed);
      writer.adopt(feed.places());
      ApplyCore core =
          new ApplyCore(
              feed.pieces(),
              writer,
              feed.places(),
              context.pause(),
              piece -> committed(feed, piece));
      report.places(core.places());
      report.stage("applying", "waiting for changes");
      try {
        step(core);
      } catch (OtherShardsRowException e) {
        held.hold(e);
        report.retry("other_shards_row");
        log.atInfo()
            .addKeyValue("applier", context.applier())
            .addKeyValue("stream", e.stream())
            .log("a row of another shard is in the way: the stream waits for its delete");
      }
      return core.places();
    }
  }

  private void step(ApplyCore core) throws InterruptedException {
    while (!stopped.getAsBoolean() && !core.passedDdl()) {
      if (core.places().stream().allMatch(StreamPlace::consistent)) {
        indexes.start();
      }
      if (!core.step()) {
        writer.keepAlive();
      }
      indexes.check();
      report.tick();
    }
    writer.rollback();
  }

  private void committed(FeedThread feed, Piece piece) {
    feed.applied(piece.place());
    held.applied(piece.stream());
    report.committed(piece, writer.transactionNanos());
  }
}
