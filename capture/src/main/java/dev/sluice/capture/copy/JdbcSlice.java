package dev.sluice.capture.copy;

import dev.sluice.capture.stream.CopyBatch;
import dev.sluice.capture.stream.Slice;
import dev.sluice.capture.stream.StreamErrors;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.CopyProgress;
import dev.sluice.schemas.journal.CopyProgress.TableProgress;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** A slice whose readers run on threads of their own. Used by one thread. */
final class JdbcSlice implements Slice {

  private final CopyProgress planned;
  private final SliceQueue queue;
  private final List<Connection> connections;
  private final List<Future<Void>> readers = new ArrayList<>();
  private final List<TableQueries> tables;
  private final CopyPace pace;
  private boolean complete;

  /** Begins to read on every connection, whose snapshots are open. */
  JdbcSlice(
      CopyProgress planned,
      SliceQueue queue,
      List<Connection> connections,
      List<TableQueries> tables,
      ExecutorService threads,
      CopyPace pace,
      Runnable wakeUp) {
    this.planned = planned;
    this.tables = tables;
    this.pace = pace;
    this.queue = queue;
    this.connections = connections;
    for (int table = 0; table < planned.tables().size(); table++) {
      TableProgress progress = planned.tables().get(table);
      for (int chunk = 0; chunk < progress.chunks().size(); chunk++) {
        if (!progress.chunks().get(chunk).done()) {
          queue.add(new ChunkTask(table, chunk, progress.chunks().get(chunk)));
        }
      }
    }
    for (Connection connection : connections) {
      ChunkReader reader = new ChunkReader(connection, tables, queue);
      readers.add(threads.submit(() -> readAll(reader, wakeUp)));
    }
  }

  private Void readAll(ChunkReader reader, Runnable wakeUp) throws InterruptedException {
    try {
      for (ChunkTask task = queue.nextTask(); task != null; task = queue.nextTask()) {
        reader.read(task);
      }
      return null;
    } finally {
      wakeUp.run();
    }
  }

  @Override
  public CopyProgress planned() {
    return planned;
  }

  @Override
  public CopyBatch poll() {
    CopyBatch batch = pace.maySend() ? queue.poll() : null;
    if (batch != null) {
      pace.sent(batch.rows().size());
    } else {
      for (Future<Void> reader : readers) {
        if (reader.isDone()) {
          check(reader);
        }
      }
    }
    return batch;
  }

  private static void check(Future<Void> reader) {
    try {
      reader.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof SluiceException known
          ? known
          : new ErrorClassifier().classifyAny(e.getCause(), "read rows");
    } catch (CancellationException | InterruptedException e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw StreamErrors.broken("a reader of the row copy was interrupted", e);
    }
  }

  @Override
  public boolean finished() {
    complete = readers.stream().allMatch(Future::isDone) && queue.isEmpty();
    return complete || queue.timeIsOver() && mayBeCutShort() && !pace.maySend();
  }

  /**
   * A slice that is held back does not keep its snapshots, and the stream waiting, beyond its time:
   * what is not sent is read again. A table that is read in one scan would never end that way.
   */
  private boolean mayBeCutShort() {
    for (int table = 0; table < tables.size(); table++) {
      if (!tables.get(table).ordered() && !planned.tables().get(table).complete()) {
        return false;
      }
    }
    return true;
  }

  /**
   * After a complete slice the connections are kept; else they are cut, which also ends what runs
   * on them.
   */
  @Override
  public void close() {
    queue.abandon();
    try {
      for (Connection connection : connections) {
        if (complete) {
          Queries.update(connection, "COMMIT");
        } else {
          connection.abort(Runnable::run);
        }
      }
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, "close the snapshots of a slice");
    }
  }
}
