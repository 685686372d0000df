package dev.sluice.capture.engine;

import dev.sluice.capture.copy.CopyPace;
import dev.sluice.capture.stream.CopyBatch;
import dev.sluice.capture.stream.Slice;
import dev.sluice.capture.stream.StreamErrors;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.CopyProgress;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * All rows of a move in one slice, from one initial snapshot of Debezium's. The engine has a thread
 * of its own; the slice is for one other.
 */
final class SnapshotSlice implements Slice {

  private static final int BATCHES = 4;
  private static final long OFFER_MILLIS = 200;

  private final CopyProgress planned;
  private final SnapshotRows rows;
  private final CopyPace pace;
  private final Runnable wakeUp;
  private final BlockingQueue<CopyBatch> batches = new ArrayBlockingQueue<>(BATCHES);
  private final AtomicReference<SluiceException> failure = new AtomicReference<>();
  private volatile boolean completed;
  private volatile boolean closed;
  private EngineThread engine;

  /**
   * @param pace when rows may be sent
   * @param wakeUp called when rows or a failure are there to be fetched
   */
  SnapshotSlice(CopyProgress planned, SnapshotRows rows, CopyPace pace, Runnable wakeUp) {
    this.planned = planned;
    this.rows = rows;
    this.pace = pace;
    this.wakeUp = wakeUp;
  }

  void start(String name, Properties settings) {
    DebeziumEngine<RecordChangeEvent<SourceRecord>> debezium =
        DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
            .using(settings)
            .using(getClass().getClassLoader())
            .using((success, message, error) -> ended(message, error))
            .notifying(this::handle)
            .build();
    engine = EngineThread.start(name, debezium, this::ended);
  }

  private void handle(
      List<RecordChangeEvent<SourceRecord>> records,
      RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
      throws InterruptedException {
    try {
      for (CopyBatch batch : rows.take(records.stream().map(RecordChangeEvent::record).toList())) {
        put(batch);
      }
      completed = completed || rows.completed();
      wakeUp.run();
    } catch (SluiceException e) {
      fail(e);
      throw new InterruptedException("the snapshot has failed");
    } catch (RuntimeException e) {
      fail(StreamErrors.broken("a row of the snapshot cannot be read: " + e.getMessage(), e));
      throw new InterruptedException("the snapshot has failed");
    }
  }

  private void put(CopyBatch batch) throws InterruptedException {
    while (!closed) {
      if (batches.offer(batch, OFFER_MILLIS, TimeUnit.MILLISECONDS)) {
        wakeUp.run();
        return;
      }
    }
    throw new InterruptedException("the slice is closed");
  }

  private void fail(SluiceException error) {
    failure.compareAndSet(null, error);
    wakeUp.run();
  }

  private void ended(String message, Throwable error) {
    if (closed || completed) {
      return;
    }
    Throwable cause = error;
    while (cause != null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    fail(
        StreamErrors.broken(
            "the snapshot's engine ended: " + (cause == null ? message : cause.getMessage()),
            error));
  }

  @Override
  public CopyProgress planned() {
    return planned;
  }

  @Override
  public CopyBatch poll() {
    SluiceException error = failure.get();
    if (error != null) {
      throw error;
    }
    CopyBatch batch = pace.maySend() ? batches.poll() : null;
    if (batch != null) {
      pace.sent(batch.rows().size());
    }
    return batch;
  }

  @Override
  public boolean finished() {
    return completed && batches.isEmpty() && failure.get() == null;
  }

  @Override
  public void close() {
    closed = true;
    if (engine != null) {
      engine.stop();
    }
  }
}
