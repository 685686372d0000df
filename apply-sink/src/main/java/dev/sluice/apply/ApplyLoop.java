package dev.sluice.apply;

import dev.sluice.apply.core.ApplyCore;
import dev.sluice.apply.core.Piece;
import dev.sluice.apply.core.StreamPlace;
import dev.sluice.apply.ddl.OwnStatements;
import dev.sluice.apply.feed.FeedThread;
import dev.sluice.apply.feed.RecopyPlaces;
import dev.sluice.apply.hold.StreamHolds;
import dev.sluice.apply.index.DeferredIndexes;
import dev.sluice.apply.write.TargetWriter;
import dev.sluice.schemas.workflow.Direction;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** The applier's thread: steps the core until stopped or failed. Not thread-safe. */
final class ApplyLoop {

  private static final long SWEEP_MILLIS = 1_000;

  private final ApplierContext context;
  private final TargetWriter writer;
  private final ApplierReport report;
  private final BooleanSupplier tablesChanged;
  private final BooleanSupplier stopped;
  private final Map<String, String> shapes;
  private final DeferredIndexes indexes;
  private final StreamHolds holds;
  private long nextSweepMillis;
  private volatile ApplyCore core;

  /**
   * @param context with the plan in these shapes
   * @param tablesChanged true once the tables written are not those that the plan was made with
   */
  ApplyLoop(
      ApplierContext context,
      Map<String, String> shapes,
      TargetWriter writer,
      OwnStatements own,
      ApplierReport report,
      BooleanSupplier tablesChanged,
      BooleanSupplier stopped) {
    this.tablesChanged = tablesChanged;
    this.shapes = shapes;
    this.context = context;
    this.writer = writer;
    this.report = report;
    this.stopped = stopped;
    this.holds =
        new StreamHolds(
            context.holds(),
            context.plan().readShards(context.applier().direction()).size(),
            context.clock(),
            context.applier().toString());
    this.indexes =
        new DeferredIndexes(
            // the side that rows come from has its indexes
            context.applier().direction() == Direction.FORWARD
                ? context.plan().tables()
                : List.of(),
            context.target(),
            context.applier().toString(),
            own,
            context.pause(),
            () -> core != null && core.inTransaction());
  }

  /**
   * Applies from the places on, until stopped or until tables have other shapes or definitions.
   *
   * @param places as the checkpoints have them
   * @return where to go on from
   */
  List<StreamPlace> run(List<StreamPlace> places) throws InterruptedException {
    try (indexes) {
      report.indexing(indexes::outstanding);
      writer.ddlHooks(report::tick, indexes::close);
      return apply(awaitCopy(places));
    }
  }

  /**
   * When another copy is wanted than the one at hand, everything before its beginning is void: the
   * places answered lie right before it. Waits until every stream's capture has written it.
   */
  private List<StreamPlace> awaitCopy(List<StreamPlace> places) throws InterruptedException {
    if (context.copyRun() == 0) {
      return places;
    }
    report.stage("starting", "looking for the beginning of copy " + (context.copyRun() + 1));
    try (RecopyPlaces search =
        new RecopyPlaces(context.applier(), context.plan(), context.kafka(), context.codecs())) {
      List<StreamPlace> found = null;
      while (found == null && !stopped.getAsBoolean()) {
        found = search.find(places, context.copyRun());
        writer.keepAlive();
        report.tick();
      }
      return found == null ? places : found;
    }
  }

  private List<StreamPlace> apply(List<StreamPlace> from) throws InterruptedException {
    report.stage("starting", "reading the topics");
    try (FeedThread feed =
            FeedThread.start(
                context.applier(),
                context.plan(),
                context.kafka(),
                context.codecs(),
                from,
                context.limits(),
                context.clock(),
                holds);
        KafkaClientMetrics clientMetrics = feed.bindMetrics(context.meters())) {
      if (!feed.places().get(0).shapes().equals(shapes)) {
        return feed.places();
      }
      report.feed(feed);
      core =
          new ApplyCore(
              feed.pieces(),
              writer,
              feed.places(),
              context.plan().tables().size(),
              context.pause(),
              piece -> committed(feed, piece));
      report.places(core.places());
      report.holds(holds::held);
      core.places().forEach(holds::committed);
      report.applying();
      step();
      return core.places();
    }
  }

  private void step() throws InterruptedException {
    while (!stopped.getAsBoolean() && !core.passedDdl() && !mustLookAgain()) {
      if (!writer.ddlIsAnnounced() && core.places().stream().allMatch(StreamPlace::consistent)) {
        indexes.start();
      }
      if (holds.settle()) {
        report.tick();
        context.pause().at(ApplyHoldPausePoints.APPLY_HELD);
      }
      if (!core.step()) {
        writer.keepAlive();
      }
      sweep();
      if (!core.inTransaction()) {
        indexes.turn();
      }
      indexes.check();
      report.tick();
    }
    writer.rollback();
  }

  /** When somebody has changed the tables written; never within a transaction. */
  private boolean mustLookAgain() {
    return tablesChanged.getAsBoolean() && !core.inTransaction();
  }

  /** One that placed something is followed by another at once; nothing changes during a hold. */
  private void sweep() {
    long now = context.clock().millis();
    if (now >= nextSweepMillis && holds.held() == null) {
      nextSweepMillis = core.sweep() ? now : now + SWEEP_MILLIS;
    }
    report.parked(writer.parked());
  }

  private void committed(FeedThread feed, Piece piece) {
    feed.applied(piece.place());
    holds.committed(piece.place());
    report.committed(piece, writer.transactionNanos());
  }
}
