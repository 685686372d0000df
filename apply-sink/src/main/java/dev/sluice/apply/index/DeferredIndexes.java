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
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.workflow.TablePlan;
import dev.sluice.schemas.workflow.TablePlan.DeferredIndex;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
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

  /**
   * Short, since everybody who comes after a waiting ALTER waits with it; longer with each attempt,
   * since a reader at its end undoes all that it has built. Always shorter than an applier waits.
   */
  private static final int[] LOCK_WAIT_SECONDS = {2, 4, 8};

  private static final long RETRY_MILLIS = 1_000;
  private static final long TURN_MILLIS = 100;
  private static final long CLOSE_MILLIS = 10_000;

  private final List<TablePlan> tables;
  private final Endpoint endpoint;
  private final String name;
  private final PausePoints pause;
  private final OwnStatements own;
  private final BooleanSupplier inTransaction;
  private final Set<String> outstanding = new ConcurrentSkipListSet<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final ErrorClassifier classifier = new ErrorClassifier();
  private volatile SluiceException failure;
  private volatile long connectionId;

  /** The table whose ALTER was cut off: it may still come to its end, so it stays announced. */
  private String unclear;

  /** On this object's thread. */
  private int attempts;

  private Thread thread;
  private long turns;

  /**
   * @param tables those of the move
   * @param name of the applier, for the thread and the session
   * @param own announces the statements
   * @param inTransaction the applier has a transaction open; asked by this object's thread
   */
  public DeferredIndexes(
      List<TablePlan> tables,
      Endpoint endpoint,
      String name,
      OwnStatements own,
      PausePoints pause,
      BooleanSupplier inTransaction) {
    this.own = own;
    this.tables = tables.stream().filter(t -> !t.deferredIndexes().isEmpty()).toList();
    this.endpoint = endpoint;
    this.name = name;
    this.pause = pause;
    this.inTransaction = inTransaction;
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

  /** The applier has come round: between two transactions, or with nothing to do. */
  public synchronized void turn() {
    turns++;
    notifyAll();
  }

  /**
   * Lets the applier end the transaction that it has open. Else one that touches many tables would
   * meet one ALTER after the other, and each ALTER a table that the transaction holds.
   */
  private synchronized void awaitTurn() throws InterruptedException {
    long now = turns;
    while (turns == now && inTransaction.getAsBoolean() && !stopped()) {
      wait(TURN_MILLIS);
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
      while (!stopped() && !round()) {
        stop.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (RuntimeException e) {
      failure = classifier.classifyAny(e, "add the deferred indexes on " + name);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Makes one attempt at every table that is left; true when all have their indexes. */
  private boolean round() throws InterruptedException {
    try (Connection connection =
        new MySqlSessions("sluice-index").open(endpoint, SessionProfile.LONG_RUNNING)) {
      connectionId = MySqlSessions.connectionId(connection);
      Map<String, TableDescription> present =
          new InformationSchema(connection).describe(endpoint.schema(), outstanding());
      for (TablePlan table : tables) {
        boolean next = unclear == null || unclear.equals(table.name());
        if (next && outstanding.contains(table.name()) && !stopped() && !connection.isClosed()) {
          complete(connection, table, present.get(table.name()));
        }
      }
      return outstanding.isEmpty();
    } catch (SQLException e) {
      passing("all tables", classifier.classify(e, "add deferred indexes"));
      return false;
    } catch (SluiceException e) {
      passing("all tables", e);
      return false;
    } finally {
      connectionId = 0;
    }
  }

  /**
   * Makes one attempt at a table.
   *
   * @param present null when the table is not there
   */
  private void complete(Connection connection, TablePlan table, TableDescription present)
      throws SQLException, InterruptedException {
    if (present == null) {
      throw new SluiceException(
          ErrorCode.NOT_FOUND,
          "table " + endpoint.schema() + "." + table.name() + " does not exist",
          "it was dropped on the target: cancel the workflow and create it again");
    }
    List<DeferredIndex> missing =
        table.deferredIndexes().stream().filter(i -> present.key(i.name()).isEmpty()).toList();
    try {
      if (!missing.isEmpty()) {
        awaitTurn();
        pause.at(ApplyPausePoints.APPLY_BEFORE_INDEX);
        addWhatCanBe(connection, table, missing);
        pause.at(ApplyPausePoints.APPLY_AFTER_INDEX);
      }
    } catch (SQLException e) {
      if (classifier.isDuplicateIndexName(e)) {
        // a predecessor's ALTER came to its end meanwhile: the next round sees it
        return;
      }
      if (connection.isClosed()) {
        unclear = table.name();
      }
      passing(table.name(), classifier.classify(e, "add the indexes of table " + table.name()));
      return;
    }
    unclear = null;
    outstanding.remove(table.name());
  }

  /** Takes note of an error that passes, and throws any other. */
  private void passing(String what, SluiceException error) {
    if (!error.retryable() && !stopped()) {
      throw error;
    }
    log.atInfo()
        .addKeyValue("applier", name)
        .addKeyValue("table", what)
        .addKeyValue("reason", error.getMessage())
        .log("indexes not added yet, trying again");
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
    Queries.update(connection, "SET SESSION lock_wait_timeout = " + lockWaitSeconds());
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

  private int lockWaitSeconds() {
    return LOCK_WAIT_SECONDS[Math.min(attempts++, LOCK_WAIT_SECONDS.length - 1)];
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
