package dev.sluice.capture;

import dev.sluice.capture.copy.JdbcRepairs;
import dev.sluice.capture.copy.JdbcSliceReader;
import dev.sluice.capture.ddl.DdlJudge;
import dev.sluice.capture.ddl.ShapeReader;
import dev.sluice.capture.engine.DebeziumSource;
import dev.sluice.capture.engine.ServerPosition;
import dev.sluice.capture.engine.SnapshotSliceReader;
import dev.sluice.capture.heartbeat.HeartbeatWriter;
import dev.sluice.capture.heartbeat.LagTracker;
import dev.sluice.capture.heartbeat.ReplicaLag;
import dev.sluice.capture.heartbeat.Watchdog;
import dev.sluice.capture.journal.KafkaJournalWriter;
import dev.sluice.capture.stream.CutPolicy;
import dev.sluice.capture.stream.RowRouter;
import dev.sluice.capture.stream.ShapesChangedException;
import dev.sluice.capture.stream.SliceReader;
import dev.sluice.capture.stream.StreamCore;
import dev.sluice.capture.stream.StreamErrors;
import dev.sluice.capture.stream.StreamPorts;
import dev.sluice.capture.value.TextDecoders;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sidecar.Sidecar;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.work.WorkUnit;
import dev.sluice.schemas.workflow.TablePlan;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream's capture: row copy and binary log of one server into data topics and journal. It
 * starts from the journal, never repairs itself, and leaves nothing alive when {@link #run} has
 * ended. {@link #stop} is thread-safe.
 *
 * @see StreamCore
 */
public final class CaptureStream implements WorkUnit {

  private static final Logger LOG = LoggerFactory.getLogger(CaptureStream.class);
  private static final long IDLE_MILLIS = 50;

  /** Between two looks for transactions that the brokers left open. */
  private static final long LOOK_NANOS = 10_000_000_000L;

  /** Steps between two looks at the clock while there is work. */
  private static final int STEPS = 1_000;

  private final CaptureContext context;
  private final WakeUp wakeUp = new WakeUp();
  private volatile boolean stopping;

  public CaptureStream(CaptureContext context) {
    this.context = context;
  }

  @Override
  public void stop() {
    stopping = true;
    wakeUp.signal();
  }

  @Override
  public void run() throws InterruptedException {
    LOG.atInfo().addKeyValue("stream", context.stream()).log("capture starts");
    MySqlSessions sessions = new MySqlSessions("sluice-capture");
    try {
      ensureSidecar(sessions);
      captureShapeByShape(sessions);
    } catch (SluiceException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException("capture of " + context.stream() + " was interrupted");
      }
      LOG.atWarn()
          .addKeyValue("stream", context.stream())
          .addKeyValue("error", e.code())
          .addKeyValue("retryable", e.retryable())
          .setCause(e)
          .log("capture ends");
      throw e;
    }
    LOG.atInfo().addKeyValue("stream", context.stream()).log("capture stopped");
  }

  /** Everything that knows the tables' columns is built anew when DDL has changed them. */
  private void captureShapeByShape(MySqlSessions sessions) throws InterruptedException {
    Map<String, String> shapes = Map.of();
    boolean over = false;
    while (!over && !stopping) {
      try {
        capture(sessions, context.withPlan(context.plan().withShapes(shapes)), shapes);
        over = true;
      } catch (ShapesChangedException e) {
        shapes = e.shapes();
        allowNewSchemas(shapes.keySet());
        LOG.atInfo()
            .addKeyValue("stream", context.stream())
            .addKeyValue("tables", shapes.keySet())
            .log("capture goes on with the tables' new shapes");
      }
    }
  }

  private void allowNewSchemas(Set<String> tables) {
    TopicNames topics = TopicNames.of(context.stream().workflow(), context.stream().direction());
    for (String table : tables) {
      context.codecs().ids().allowAnyChange(TopicNames.valueSubject(topics.data(table)));
      context.codecs().ids().allowAnyChange(TopicNames.keySubject(topics.data(table)));
    }
  }

  private void ensureSidecar(MySqlSessions sessions) {
    try (Connection connection = sessions.open(context.primary(), SessionProfile.CONTROL)) {
      new Sidecar(context.sidecar()).ensure(connection);
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, "prepare " + context.primary());
    }
  }

  /**
   * Resources are closed in reverse order: the producer first, so that nothing can be sent by what
   * still dies.
   */
  private void capture(MySqlSessions sessions, CaptureContext context, Map<String, String> shapes)
      throws InterruptedException {
    LagTracker lag = new LagTracker(System::nanoTime);
    TextDecoders texts =
        TextDecoders.read(
            sessions,
            context.read(),
            context.plan().tables().stream().map(TablePlan::schema).toList());
    ServerPosition server =
        new ServerPosition(sessions, context.read(), context.readsReplica(), context.primary());
    int shards = context.plan().writtenShards(context.stream().direction()).size();
    CopyGate gate =
        new CopyGate(
            context.limits(), context.options().copyMaxBacklog(), shards, System::nanoTime);
    try (CaptureMetrics metrics =
            new CaptureMetrics(context.meters(), context.stream(), context.plan(), lag, gate);
        ReplicaLag replica =
            context.readsReplica()
                ? new ReplicaLag(
                    sessions, context.read(), context.sidecar(), context.heartbeatId(), lag)
                : null;
        HeartbeatWriter heartbeat =
            new HeartbeatWriter(
                sessions, context.primary(), context.sidecar(), context.heartbeatId(), lag);
        DebeziumSource source =
            new DebeziumSource(
                context.stream(),
                context.plan(),
                context.read(),
                context.sidecar(),
                context.kafka(),
                server,
                texts,
                wakeUp::signal);
        SliceReader slices = sliceReader(sessions, context, texts, gate);
        KafkaJournalWriter journal =
            new KafkaJournalWriter(
                context.stream(),
                context.plan(),
                context.kafka(),
                context.codecs(),
                context.pausePoints());
        KafkaClientMetrics clientMetrics = journal.bindMetrics(context.meters())) {
      StreamCore core =
          core(sessions, context, shapes, source, journal, slices, metrics, gate, texts, lag);
      Watchdog watchdog =
          new Watchdog(
              source, lag, sessions, context.read(), context.sidecar(), context.heartbeatId());
      if (replica != null) {
        replica.start();
      }
      StatusReporter status = new StatusReporter(context, core, lag, gate, replica);
      run(core, heartbeat, watchdog, status, journal);
    }
  }

  private StreamCore core(
      MySqlSessions sessions,
      CaptureContext context,
      Map<String, String> shapes,
      DebeziumSource source,
      KafkaJournalWriter journal,
      SliceReader slices,
      CaptureMetrics metrics,
      CopyGate gate,
      TextDecoders texts,
      LagTracker lag) {
    return new StreamCore(
        context.stream(),
        new StreamPorts(
            source,
            journal,
            slices,
            new JdbcMarkerWriter(
                sessions, context.primary(), context.sidecar(), context.stream().workflow(), lag),
            new RowRouter(context.plan(), context.stream()),
            metrics,
            gate::maySend,
            context.clock(),
            context.pausePoints(),
            new DdlJudge(
                context.options().onDdl(),
                context.plan(),
                context.stream().direction(),
                shapes,
                context.read().schema(),
                new ShapeReader(sessions, context.read()),
                context.generation(),
                context.runsNoDdl()),
            new JdbcRepairs(
                sessions,
                context.read(),
                context.plan(),
                context.stream(),
                texts,
                context.repairs())),
        CutPolicy.DEFAULT,
        context.heartbeatId(),
        context.copyRun());
  }

  private SliceReader sliceReader(
      MySqlSessions sessions, CaptureContext context, TextDecoders texts, CopyGate gate) {
    if (!context.options().engineSnapshot()) {
      return new JdbcSliceReader(
          sessions, context.read(), context.plan(), context.options(), texts, gate, wakeUp::signal);
    }
    return new SnapshotSliceReader(
        sessions,
        context.stream(),
        context.plan(),
        context.read(),
        context.sidecar(),
        context.kafka(),
        gate,
        wakeUp::signal);
  }

  private void run(
      StreamCore core,
      HeartbeatWriter heartbeat,
      Watchdog watchdog,
      StatusReporter status,
      KafkaJournalWriter journal)
      throws InterruptedException {
    try {
      status.starting("reading the journal");
      heartbeat.start();
      core.start();
      loop(core, watchdog, status, journal);
      journal.abort();
      status.stopped();
    } catch (ShapesChangedException e) {
      throw e;
    } catch (SluiceException e) {
      status.failed(e);
      throw e;
    } catch (RuntimeException e) {
      SluiceException error = StreamErrors.unexpected(e);
      status.failed(error);
      throw error;
    }
  }

  private void loop(
      StreamCore core, Watchdog watchdog, StatusReporter status, KafkaJournalWriter journal)
      throws InterruptedException {
    long lookedNanos = System.nanoTime();
    while (!stopping) {
      boolean idle = false;
      for (int i = 0; i < STEPS && !idle && !stopping; i++) {
        idle = !core.step();
      }
      status.running();
      if (idle && !core.sliceIsOpen()) {
        watchdog.check();
      }
      if (System.nanoTime() - lookedNanos > LOOK_NANOS && core.settle()) {
        journal.endHangingTransactions();
        lookedNanos = System.nanoTime();
      }
      if (idle) {
        wakeUp.await(IDLE_MILLIS);
      }
      if (Thread.interrupted()) {
        throw new InterruptedException("capture of " + context.stream() + " was interrupted");
      }
    }
  }
}
