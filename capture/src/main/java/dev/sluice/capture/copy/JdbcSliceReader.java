package dev.sluice.capture.copy;

import dev.sluice.capture.stream.Slice;
import dev.sluice.capture.stream.SliceReader;
import dev.sluice.capture.stream.StreamErrors;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.gtid.GtidSet;
import dev.sluice.mysql.gtid.GtidWaiter;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.journal.CopyProgress;
import dev.sluice.schemas.journal.CopyProgress.TableProgress;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.TablePlan;
import dev.sluice.schemas.workflow.WorkflowOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Reads slices over JDBC, a connection and a thread for each reader. Used by one thread. */
public final class JdbcSliceReader implements SliceReader {

  /** How long the server may take to execute what its own binary log has shown. */
  private static final Duration POSITION_TIMEOUT = Duration.ofSeconds(10);

  private final MySqlSessions sessions;
  private final Endpoint read;
  private final int readers;
  private final Duration sliceDuration;
  private final CopyPace pace;
  private final Runnable wakeUp;
  private final CopyProgress initial;
  private final List<TableQueries> tables;
  private final ChunkPlanner planner;
  private final ColumnCheck columns;
  private final ExecutorService threads;
  private final List<Connection> connections = new ArrayList<>();

  /**
   * @param pace when rows may be sent
   * @param wakeUp called when rows are there to be fetched
   */
  public JdbcSliceReader(
      MySqlSessions sessions,
      Endpoint read,
      MovePlan plan,
      WorkflowOptions options,
      CopyPace pace,
      Runnable wakeUp) {
    this.pace = pace;
    this.sessions = sessions;
    this.read = read;
    this.readers = options.copyReaders();
    this.sliceDuration = options.copySliceDuration();
    this.wakeUp = wakeUp;
    this.tables =
        plan.tables().stream().map(t -> new TableQueries(read.schema(), t.schema())).toList();
    this.planner = new ChunkPlanner(read.schema(), tables, readers);
    this.columns =
        new ColumnCheck(read.schema(), plan.tables().stream().map(TablePlan::schema).toList());
    this.initial =
        new CopyProgress(
            plan.tables().stream()
                .map(t -> new TableProgress(t.name(), false, 0, t.rowsEstimated(), List.of()))
                .toList());
    this.threads =
        Executors.newFixedThreadPool(
            readers,
            work -> {
              Thread thread = new Thread(work, "copy-reader-" + read.host() + ":" + read.port());
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public CopyProgress initial() {
    return initial;
  }

  @Override
  public Slice open(String gtidSet, CopyProgress progress) {
    try {
      for (Iterator<Connection> all = connections.iterator(); all.hasNext(); ) {
        if (all.next().isClosed()) {
          // a slice that was cut short left it so
          all.remove();
        }
      }
      while (connections.size() < readers) {
        connections.add(sessions.open(read, SessionProfile.READER));
      }
      GtidSet position = GtidSet.parse(gtidSet);
      for (Connection connection : connections) {
        openSnapshot(connection, position);
      }
      CopyProgress planned = planner.plan(connections.get(0), progress);
      SliceQueue queue = new SliceQueue(System.nanoTime() + sliceDuration.toNanos(), wakeUp);
      return new JdbcSlice(planned, queue, List.copyOf(connections), tables, threads, pace, wakeUp);
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, "open the snapshots of a slice on " + read);
    }
  }

  /**
   * Waits first: the binary log can show a transaction before the engine does, and a row read too
   * early, but placed after its own event, would undo that event (I4).
   */
  private void openSnapshot(Connection connection, GtidSet position) throws SQLException {
    if (!GtidWaiter.waitFor(connection, position, POSITION_TIMEOUT)) {
      throw StreamErrors.broken(
          read
              + " did not execute the stream's own position within "
              + POSITION_TIMEOUT.toSeconds()
              + " s");
    }
    Queries.update(connection, "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
    columns.check(connection);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    for (Connection connection : connections) {
      try {
        connection.abort(Runnable::run);
      } catch (SQLException e) {
        throw new ErrorClassifier().classify(e, "close a reader's connection to " + read);
      }
    }
    connections.clear();
  }
}
