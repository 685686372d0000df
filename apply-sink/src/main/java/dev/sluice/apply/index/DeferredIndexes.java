package dev.sluice.apply.index;

import dev.sluice.apply.ApplyPausePoints;
import dev.sluice.apply.ddl.OwnStatements;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.schema.InformationSchema;
import dev.sluice.mysql.schema.TableDescription;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.workflow.TablePlan;
import dev.sluice.schemas.workflow.TablePlan.DeferredIndex;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds missing deferred indexes on a thread and a connection of its own while rows are applied.
 * What is missing is read from information_schema, so any number of restarts end the same way.
 * Thread-safe.
 */
public final class DeferredIndexes implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DeferredIndexes.class);

  /** Short, since everybody who comes after a waiting ALTER waits with it. */
  private static final int LOCK_WAIT_SECONDS = 2;

  private static final long RETRY_MILLIS = 1_000;
  private static final long CLOSE_MILLIS = 10_000;

  private final List<TablePlan> tables;
  private final Endpoint endpoint;
  private final String name;
  private final PausePoints pause;
  private final OwnStatements own;
  private final Set<String> outstanding = new ConcurrentSkipListSet<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final ErrorClassifier classifier = new ErrorClassifier();
  private volatile SluiceException failure;
  private volatile long connectionId;
  private Thread thread;

  /**
   * @param tables those of the move
   * @param name of the applier, for the thread and the session
   * @param own announces the statements
   */
  public DeferredIndexes(
      List<TablePlan> tables,
      Endpoint endpoint,
      String name,
      OwnStatements own,
      PausePoints pause) {
    this.own = own;
    this.tables = tables.stream().filter(t -> !t.deferredIndexes().isEmpty()).toList();
    this.endpoint = endpoint;
    this.name = name;
    this.pause = pause;
    this.tables.forEach(t -> outstanding.add(t.name()));
  }

  /** Tables whose deferred indexes are not known to be back. */
  public List<String> outstanding() {
    return List.copyOf(outstanding);
  }

  /** Begins to add them; does nothing when it has begun, or when there is nothing to add. */
  public synchronized void start() {
    if (thread == null && !tables.isEmpty()) {
      thread = new Thread(this::run, "apply-index " + name);
      thread.start();
    }
  }

  /**
   * Throws why indexes could not be added.
   *
   * @throws SluiceException never retryable ones of a passing kind: those are tried again here
   */
  public void check() {
    if (failure != null) {
      throw failure;
    }
  }

  /** Ends the work; an ALTER under way is ended on the server. */
  @Override
  public void close() {
    stop.countDown();
    Thread running;
    synchronized (this) {
      running = thread;
    }
    if (running == null) {
      return;
    }
    endStatement();
    boolean interrupted = Thread.interrupted();
    try {
      running.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      for (TablePlan table : tables) {
        while (!stopped() && !complete(table)) {
          stop.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
        }
      }
    } catch (RuntimeException e) {
      failure = classifier.classifyAny(e, "add the deferred indexes on " + name);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Makes one attempt; true when every index of the table is there. */
  private boolean complete(TablePlan table) {
    try (Connection connection =
        new MySqlSessions("sluice-index").open(endpoint, SessionProfile.LONG_RUNNING)) {
      connectionId = MySqlSessions.connectionId(connection);
      List<DeferredIndex> missing = missing(connection, table);
      if (!missing.isEmpty()) {
        pause.at(ApplyPausePoints.APPLY_BEFORE_INDEX);
        addWhatCanBe(connection, table, missing);
        pause.at(ApplyPausePoints.APPLY_AFTER_INDEX);
      }
      outstanding.remove(table.name());
      return true;
    } catch (SQLException e) {
      return passing(table, classifier.classify(e, "add the indexes of table " + table.name()));
    } catch (SluiceException e) {
      return passing(table, e);
    } finally {
      connectionId = 0;
    }
  }

  private boolean passing(TablePlan table, SluiceException error) {
    if (!error.retryable() && !stopped()) {
      throw error;
    }
    log.atInfo()
        .addKeyValue("applier", name)
        .addKeyValue("table", table.name())
        .addKeyValue("reason", error.getMessage())
        .log("indexes not added yet, trying again");
    return false;
  }

  private List<DeferredIndex> missing(Connection connection, TablePlan table) throws SQLException {
    TableDescription present =
        new InformationSchema(connection).require(endpoint.schema(), table.name());
    return table.deferredIndexes().stream().filter(i -> present.key(i.name()).isEmpty()).toList();
  }

  /** DDL in mid-move may have taken an index's column away, and the index with it. */
  private void addWhatCanBe(Connection connection, TablePlan table, List<DeferredIndex> missing)
      throws SQLException {
    try {
      add(connection, table, missing);
    } catch (SQLException e) {
      if (!classifier.isKeyColumnMissing(e)) {
        throw e;
      }
      if (missing.size() == 1) {
        log.atWarn()
            .addKeyValue("applier", name)
            .addKeyValue("table", table.name())
            .addKeyValue("index", missing.get(0).name())
            .log("index left out: a column of it has gone");
        return;
      }
      for (DeferredIndex index : missing) {
        addWhatCanBe(connection, table, List.of(index));
      }
    }
  }

  private void add(Connection connection, TablePlan table, List<DeferredIndex> missing)
      throws SQLException {
    Queries.update(connection, "SET SESSION lock_wait_timeout = " + LOCK_WAIT_SECONDS);
    long begin = System.nanoTime();
    String statement =
        "ALTER TABLE "
            + Identifiers.qualified(endpoint.schema(), table.name())
            + " "
            + missing.stream().map(DeferredIndex::addClause).collect(Collectors.joining(", "));
    String token = own.indexToken(table.name());
    Queries.update(connection, own.announce(connection, token, table.name(), statement));
    own.clear(connection);
    log.atInfo()
        .addKeyValue("applier", name)
        .addKeyValue("table", table.name())
        .addKeyValue("indexes", missing.size())
        .addKeyValue("millis", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin))
        .log("indexes added");
  }

  private void endStatement() {
    long id = connectionId;
    if (id == 0) {
      return;
    }
    try (Connection connection =
        new MySqlSessions("sluice-index").open(endpoint, SessionProfile.CONTROL)) {
      Queries.update(connection, "KILL " + Long.toUnsignedString(id));
    } catch (SQLException | SluiceException e) {
      // the thread is waited for a bounded time all the same; the successor waits for the ALTER's
      // lock
      log.atDebug()
          .addKeyValue("applier", name)
          .setCause(e)
          .log("the ALTER under way could not be ended");
    }
  }

  private boolean stopped() {
    return stop.getCount() == 0;
  }
}
