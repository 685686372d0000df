package dev.sluice.capture.engine;

import dev.sluice.capture.stream.SourceEvent;
import dev.sluice.capture.stream.SourceEvents;
import dev.sluice.capture.stream.StreamErrors;
import dev.sluice.capture.value.TextDecoders;
import dev.sluice.mysql.fence.FenceId;
import dev.sluice.mysql.fence.FenceSide;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.StreamId;
import dev.sluice.schemas.workflow.TablePlan;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The source's events from an embedded Debezium engine. {@link #poll}, {@link #start} and {@link
 * #close} are for one thread; the engine has its own.
 */
public final class DebeziumSource implements SourceEvents {

  private static final long OFFER_MILLIS = 200;
  private static final long QUIET_NANOS = 500_000_000L;
  private static final long QUIET_STEP_MILLIS = 20;
  private static final long CONNECTED = 0;

  /** So long an engine that lost its connection may still deliver, or say why it was lost. */
  private static final long DISCONNECT_GRACE_NANOS = 300_000_000L;

  /** What the engine says when a row does not have as many columns as its table. */
  private static final String OTHER_COLUMNS = "internal schema size";

  private final StreamId stream;
  private final MovePlan plan;
  private final Endpoint read;
  private final String sidecar;
  private final KafkaSettings kafka;
  private final ServerPosition server;
  private final TextDecoders texts;
  private final Runnable wakeUp;
  private final BlockingQueue<List<SourceEvent>> batches = new ArrayBlockingQueue<>(1);
  private final AtomicReference<SluiceException> failure = new AtomicReference<>();
  private final AtomicLong disconnectedNanos = new AtomicLong(CONNECTED);
  private volatile boolean closed;
  private final EngineLife life = new EngineLife(System::nanoTime);
  private volatile SourceEvent.Connected connected;
  private boolean connectedTold;
  private EventTranslator translator;
  private UnseenDdlWatch unseen;
  private volatile boolean handling;
  private boolean denied;
  private volatile long handledNanos = System.nanoTime();
  private EngineWatch watch;
  private EngineThread engine;
  private EngineRun run;

  /**
   * @param wakeUp called when events or a failure are there to be fetched
   */
  public DebeziumSource(
      StreamId stream,
      MovePlan plan,
      Endpoint read,
      String sidecar,
      KafkaSettings kafka,
      ServerPosition server,
      TextDecoders texts,
      Runnable wakeUp) {
    this.stream = stream;
    this.plan = plan;
    this.read = read;
    this.sidecar = sidecar;
    this.kafka = kafka;
    this.server = server;
    this.texts = texts;
    this.wakeUp = wakeUp;
  }

  @Override
  public Map<String, String> present(Runnable whileUnchanged) {
    FenceId fence =
        new FenceId(stream.workflowUuid(), FenceSide.readBy(stream.direction()), stream.shard());
    List<String> tables = plan.tables().stream().map(TablePlan::name).toList();
    ServerPosition.Present present = server.present(sidecar, fence, tables, whileUnchanged);
    denied = present.denied();
    SchemaHistory.begin(stream, kafka, present.offset(), present.definitions());
    return present.offset();
  }

  @Override
  public boolean denied() {
    return denied;
  }

  @Override
  public void start(Map<String, String> engineOffset) {
    server.checkDelivers(engineOffset.getOrDefault("gtids", ""));
    String name = EngineSettings.engineName(stream);
    run = EngineRun.begin(EngineOffset.json(engineOffset), new Heard());
    Properties settings = EngineSettings.of(stream, plan, read, sidecar, kafka, run.id());
    if (server.hidesGeneratedKeys()) {
      settings.setProperty(
          "driver.sessionVariables", "show_gipk_in_create_table_and_information_schema=ON");
    }
    HeardRenames renames = new HeardRenames();
    translator =
        new EventTranslator(
            stream, plan, read.schema(), sidecar, server.ignoresCase(), texts, renames);
    watch = EngineWatch.start(name, this::fail, this::disconnected);
    unseen =
        UnseenDdlWatch.start(name, translator::concerned, renames, this::awaitQuiet, this::fail);
    life.starts();
    DebeziumEngine<RecordChangeEvent<SourceRecord>> debezium =
        DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
            .using(settings)
            .using(getClass().getClassLoader())
            .using((success, message, error) -> ended(message, error))
            .notifying(this::handle)
            .build();
    engine = EngineThread.start(name, debezium, this::ended);
  }

  /** On the engine's thread; waits while the stream has not fetched the batch before. */
  private void handle(
      List<RecordChangeEvent<SourceRecord>> records,
      RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
      throws InterruptedException {
    handling = true;
    try {
      take(records);
    } finally {
      handledNanos = System.nanoTime();
      handling = false;
    }
  }

  private void take(List<RecordChangeEvent<SourceRecord>> records) throws InterruptedException {
    SluiceException broken = null;
    List<SourceEvent> events = new ArrayList<>(records.size() + 1);
    SourceEvent.Connected place = connected;
    if (place != null && !connectedTold) {
      connectedTold = true;
      events.add(place);
    }
    try {
      for (RecordChangeEvent<SourceRecord> record : records) {
        translator.translate(record.record(), events);
      }
    } catch (SluiceException e) {
      broken = e;
    } catch (RuntimeException e) {
      broken =
          StreamErrors.broken("a record of the binary log cannot be read: " + e.getMessage(), e);
    }
    life.delivered();
    offer(events);
    if (broken != null) {
      // behind what stands before it in the same batch: DDL may explain it
      fail(broken);
      throw new InterruptedException("a record cannot be read");
    }
  }

  private void offer(List<SourceEvent> events) throws InterruptedException {
    while (!closed && failure.get() == null) {
      if (batches.offer(events, OFFER_MILLIS, TimeUnit.MILLISECONDS)) {
        wakeUp.run();
        return;
      }
    }
    throw new InterruptedException("the stream is closed");
  }

  /**
   * Waits, on the thread that reads the binary log, until what it read before has been fetched. If
   * something is still on its way all the same, the stream ends that much earlier, and reads it
   * again.
   */
  private void awaitQuiet() {
    try {
      while (!closed && (handling || System.nanoTime() - handledNanos < QUIET_NANOS)) {
        Thread.sleep(QUIET_STEP_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** On the thread that reads the binary log. */
  private final class Heard implements RawEvents {
    @Override
    public void connected(String gtidSet) {
      connected = new SourceEvent.Connected(gtidSet);
    }

    @Override
    public void read(long bytes) {
      life.read(bytes);
    }

    @Override
    public void transactionEnded() {
      life.transactionEnded();
    }
  }

  private void fail(SluiceException error) {
    failure.compareAndSet(null, error);
    wakeUp.run();
  }

  private void disconnected() {
    disconnectedNanos.compareAndSet(CONNECTED, System.nanoTime() | 1);
  }

  private void ended(String message, Throwable error) {
    if (!closed) {
      Throwable cause = error;
      while (cause != null && cause.getCause() != null) {
        cause = cause.getCause();
      }
      String reason = String.valueOf(cause == null ? message : cause.getMessage());
      fail(
          reason.contains(OTHER_COLUMNS)
              ? StreamErrors.otherColumns(reason, error)
              : StreamErrors.broken("the engine ended: " + reason, error));
    }
  }

  /** What was read before a failure is still delivered. */
  @Override
  public List<SourceEvent> poll() {
    List<SourceEvent> events = batches.poll();
    if (events != null) {
      life.fetched();
      return events;
    }
    SluiceException error = failure.get();
    if (error != null) {
      throw error;
    }
    long since = disconnectedNanos.get();
    if (since != CONNECTED && System.nanoTime() - since > DISCONNECT_GRACE_NANOS) {
      throw StreamErrors.broken("the binary log connection to " + read + " was closed");
    }
    return List.of();
  }

  /**
   * How long nothing has come although somebody waited, and nothing was read from the binary log
   * either, nanoseconds; from the start while nothing has come at all.
   */
  public long silentNanos() {
    return batches.isEmpty() ? life.silentNanos() : 0;
  }

  /** True when the engine has delivered something. */
  public boolean hasDelivered() {
    return life.hasDelivered();
  }

  @Override
  public void close() {
    closed = true;
    if (watch != null) {
      watch.close();
    }
    if (unseen != null) {
      unseen.close();
    }
    if (engine != null) {
      engine.stop();
    }
    if (run != null) {
      run.close();
    }
  }
}
