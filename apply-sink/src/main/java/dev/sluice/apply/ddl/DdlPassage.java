package dev.sluice.apply.ddl;

import dev.sluice.apply.ApplierContext;
import dev.sluice.apply.ApplyDdlPausePoints;
import dev.sluice.mysql.ddl.DdlReader;
import dev.sluice.mysql.ddl.TableDdl;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.schema.InformationSchema;
import dev.sluice.mysql.schema.TableDescription;
import dev.sluice.mysql.session.NamedSessions;
import dev.sluice.mysql.sidecar.Checkpoint;
import dev.sluice.mysql.sidecar.Checkpoints;
import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.DdlStatement;
import dev.sluice.schemas.journal.DdlStatement.Action;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.workflow.TablePlan;
import dev.sluice.schemas.workflow.TablePlan.DeferredIndex;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an applier does when it comes to DDL: sees whether the shard's table can take what comes
 * behind it, after running the statement where that is asked for. Not thread-safe; everything runs
 * on the connection that owns the checkpoints, so that a successor ends it.
 */
public final class DdlPassage {

  private static final Logger log = LoggerFactory.getLogger(DdlPassage.class);
  private static final int LOCK_WAIT_SECONDS = 2;
  private static final long TICK_MILLIS = 500;
  private static final long ALONE_NANOS = 20_000_000_000L;

  private final Connection connection;
  private final ApplierContext context;
  private final OwnStatements own;
  private final ErrorClassifier classifier = new ErrorClassifier();
  private Boolean announcedBefore;
  private Runnable tick = () -> {};
  private Runnable beforeRun = () -> {};

  public DdlPassage(Connection connection, ApplierContext context, OwnStatements own) {
    this.connection = connection;
    this.context = context;
    this.own = own;
  }

  /**
   * Sets what happens before and while a statement runs.
   *
   * @param whileWaiting called now and then while a statement runs
   * @param first called before a statement is run: nobody else may change tables then
   */
  public void hooks(Runnable whileWaiting, Runnable first) {
    tick = whileWaiting;
    beforeRun = first;
  }

  /** True when a predecessor announced DDL that the stream brought, and it is not passed yet. */
  public boolean isAnnounced() {
    if (announcedBefore == null) {
      try {
        Optional<String> token = own.checkpoint(connection).ddlToken();
        connection.rollback();
        announcedBefore =
            token.isPresent()
                && context.plan().tables().stream()
                    .noneMatch(t -> own.indexToken(t.name()).equals(token.get()));
      } catch (SQLException e) {
        throw classifier.classify(e, "read the checkpoint of " + name());
      }
    }
    return announcedBefore;
  }

  /**
   * Does what the statement says, but for moving the checkpoint.
   *
   * @param after the table's shape behind the statement
   * @param scope condition for the stream's own rows; null for all
   * @throws SluiceException DDL_STOPPED when the table does not fit what comes
   */
  public void reach(DdlStatement ddl, TablePlan table, TableSchema after, String scope) {
    try {
      if (ddl.action() == Action.RUN) {
        beforeRun.run();
        run(ddl, table);
      }
      require(ddl, after, scope);
    } catch (SQLException e) {
      throw classifier.classify(e, "pass DDL on table " + ddl.table() + " on " + name());
    }
  }

  private void require(DdlStatement ddl, TableSchema after, String scope) throws SQLException {
    TargetFit fit = new TargetFit(ddl, name());
    boolean emptied =
        DdlReader.read(ddl.statement(), "")
            .filter(read -> read.effect() == TableDdl.Effect.TRUNCATE)
            .isPresent();
    if (emptied) {
      fit.requireEmpty(hasRows(ddl.table(), scope));
    } else {
      fit.require(after, describe(ddl.table()), withoutDefault(ddl.table()));
    }
    connection.rollback();
  }

  /** Announced, run: a successor finds out from the announcement and the table how far it came. */
  private void run(DdlStatement ddl, TablePlan table) throws SQLException {
    awaitAlone();
    String token = own.tokenOf(ddl.gtid());
    Checkpoint checkpoint = own.checkpoint(connection);
    connection.rollback();
    String marked = checkpoint.ddlStatement().orElse("");
    boolean announced = checkpoint.ddlToken().equals(Optional.of(token));
    if (!announced) {
      addDeferredIndexes(table);
      String statement = DdlReader.retargeted(ddl.statement(), qualified(ddl.table()));
      context.pause().at(ApplyDdlPausePoints.APPLY_DDL_BEFORE_ANNOUNCE);
      marked = own.announce(connection, token, ddl.table(), statement);
      connection.commit();
    }
    context.pause().at(ApplyDdlPausePoints.APPLY_DDL_ANNOUNCED);
    if (!announced || !own.hasChanged(connection, ddl.table(), marked)) {
      connection.rollback();
      execute(ddl, marked);
    }
    context.pause().at(ApplyDdlPausePoints.APPLY_DDL_RUN);
  }

  private void execute(DdlStatement ddl, String marked) throws SQLException {
    long begin = System.nanoTime();
    try {
      longRunning(marked);
    } catch (SQLException e) {
      SluiceException error = classifier.classify(e, "run DDL on " + name());
      if (error.retryable()) {
        throw error;
      }
      throw new SluiceException(
          ErrorCode.DDL_STOPPED,
          name()
              + " cannot run the DDL on table "
              + ddl.table()
              + " that the source ran at "
              + ddl.gtid()
              + ": "
              + e.getMessage()
              + ". The statement: "
              + ddl.statement(),
          "make the statement possible on this shard, or run one that has the same effect; then"
              + " `sluice start`",
          e);
    }
    log.atInfo()
        .addKeyValue("applier", name())
        .addKeyValue("table", ddl.table())
        .addKeyValue("gtid", ddl.gtid())
        .addKeyValue("millis", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin))
        .log("DDL of the source has been run");
  }

  private void addDeferredIndexes(TablePlan table) throws SQLException {
    TableDescription present = describe(table.name());
    String missing =
        table.deferredIndexes().stream()
            .filter(index -> present.key(index.name()).isEmpty())
            .map(DeferredIndex::addClause)
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      String statement = "ALTER TABLE " + qualified(table.name()) + " " + missing;
      String marked =
          own.announce(connection, own.indexToken(table.name()), table.name(), statement);
      connection.commit();
      longRunning(marked);
    }
  }

  /** No timeout of the socket; somebody else keeps the status fresh meanwhile. */
  private void longRunning(String statement) throws SQLException {
    int socketMillis = connection.getNetworkTimeout();
    connection.setNetworkTimeout(Runnable::run, 0);
    Queries.update(connection, "SET SESSION lock_wait_timeout = " + LOCK_WAIT_SECONDS);
    FutureTask<Void> running =
        new FutureTask<>(
            () -> {
              Queries.update(connection, statement);
              return null;
            });
    new Thread(running, "apply-ddl " + name()).start();
    await(running);
    connection.setNetworkTimeout(Runnable::run, socketMillis);
  }

  private void await(FutureTask<Void> running) throws SQLException {
    while (true) {
      try {
        running.get(TICK_MILLIS, TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        tick.run();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof SQLException sql
            ? sql
            : new SQLException(e.getCause().getMessage(), e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        connection.abort(Runnable::run);
        throw new SQLException("interrupted while DDL runs", "08000", e);
      }
    }
  }

  /** A predecessor's statement may still be on its way out, although its session was ended. */
  private void awaitAlone() throws SQLException {
    long deadline = System.nanoTime() + ALONE_NANOS;
    while (othersOfThisApplier()) {
      if (System.nanoTime() > deadline) {
        throw new SluiceException(
            ErrorCode.MYSQL_CONTENTION,
            "another session of " + name() + " still runs",
            "nothing: it is tried again; if it goes on, end that session");
      }
      Queries.update(connection, "DO SLEEP(0.2)");
      tick.run();
    }
  }

  private boolean othersOfThisApplier() throws SQLException {
    boolean others = NamedSessions.others(connection, Checkpoints.programName(context.applier()));
    connection.rollback();
    return others;
  }

  private boolean hasRows(String table, String scope) throws SQLException {
    return Queries.text(
            connection,
            "SELECT 1 FROM "
                + qualified(table)
                + (scope == null ? "" : " WHERE " + scope)
                + " LIMIT 1")
        .isPresent();
  }

  private TableDescription describe(String table) throws SQLException {
    return new InformationSchema(connection).require(context.target().schema(), table);
  }

  private List<String> withoutDefault(String table) throws SQLException {
    return Queries.list(
        connection,
        "SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE IS_NULLABLE = 'NO'"
            + " AND COLUMN_DEFAULT IS NULL AND EXTRA NOT LIKE '%GENERATED%'"
            + " AND EXTRA NOT LIKE '%auto_increment%' AND TABLE_SCHEMA = "
            + Literals.string(context.target().schema())
            + " AND TABLE_NAME = "
            + Literals.string(table),
        row -> row.getString(1));
  }

  private String qualified(String table) {
    return Identifiers.qualified(context.target().schema(), table);
  }

  private String name() {
    return context.applier().toString();
  }
}
