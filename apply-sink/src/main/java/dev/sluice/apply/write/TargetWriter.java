package dev.sluice.apply.write;

import dev.sluice.apply.ApplierContext;
import dev.sluice.apply.ApplyDdlPausePoints;
import dev.sluice.apply.core.ParkedState;
import dev.sluice.apply.core.StreamPlace;
import dev.sluice.apply.core.TableBatch;
import dev.sluice.apply.core.TargetSession;
import dev.sluice.apply.core.WriteMode;
import dev.sluice.apply.ddl.DdlPassage;
import dev.sluice.apply.ddl.OwnStatements;
import dev.sluice.apply.ddl.WrittenTables;
import dev.sluice.mysql.digest.KeyOrder;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.sidecar.Checkpoint;
import dev.sluice.mysql.sidecar.Checkpoints;
import dev.sluice.mysql.sidecar.ParkedRow;
import dev.sluice.mysql.sidecar.ParkedRows;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.journal.DdlStatement;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.workflow.ApplierId;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.TablePlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link TargetSession} on one MySQL connection that owns the shard's checkpoints. Not thread-safe.
 */
public final class TargetWriter implements TargetSession {

  private static final Logger log = LoggerFactory.getLogger(TargetWriter.class);

  private static final long KEEP_ALIVE_NANOS = 1_000_000_000L;
  private static final int LARGEST_STATEMENT_BYTES = 1 << 20;

  private final Connection connection;
  private final ApplierId applier;
  private final Checkpoints checkpoints;
  private final List<String> streams;
  private final long[] ownerEpochs;
  private final BatchWriter[] tables;
  private final MovePlan plan;
  private final Parking parking;
  private final Map<String, ParkedTable> parked;
  private final DdlPassage ddl;
  private final FenceGuard fence;
  private final WrittenTables written;
  private final PausePoints pause;
  private final ErrorClassifier classifier = new ErrorClassifier();

  private long usedNanos;
  private long begunNanos;
  private long committedNanos;

  private TargetWriter(
      Connection connection,
      ApplierId applier,
      Checkpoints checkpoints,
      MovePlan plan,
      long[] ownerEpochs,
      BatchWriter[] tables,
      Parking parking,
      Map<String, ParkedTable> parked,
      DdlPassage ddl,
      FenceGuard fence,
      WrittenTables written,
      PausePoints pause) {
    this.written = written;
    this.ddl = ddl;
    this.fence = fence;
    this.pause = pause;
    this.connection = connection;
    this.applier = applier;
    this.checkpoints = checkpoints;
    this.plan = plan;
    this.streams = plan.readShards(applier.direction());
    this.ownerEpochs = ownerEpochs;
    this.tables = tables;
    this.parking = parking;
    this.parked = parked;
  }

  /**
   * Prepares a connection for writing.
   *
   * @param connection an APPLIER session that has taken the checkpoints over; stays the caller's to
   *     close
   * @param ownerEpochs one a stream
   * @param written the tables as they were when the context's plan was made
   */
  public static TargetWriter on(
      Connection connection,
      ApplierContext context,
      Checkpoints checkpoints,
      long[] ownerEpochs,
      WrittenTables written)
      throws SQLException {
    connection.setAutoCommit(false);
    Statements statements = new Statements(connection, statementBytes(connection));
    MovePlan plan = context.plan();
    List<String> streams = plan.readShards(context.applier().direction());
    Parking parking = null;
    Map<String, ParkedTable> parked = new HashMap<>();
    BatchWriter[] tables = new BatchWriter[plan.tables().size()];
    if (streams.size() == 1) {
      LocalInfile loader = new LocalInfile(statements, localInfile(connection));
      for (int i = 0; i < tables.length; i++) {
        tables[i] =
            new TableWriter(
                sql(context, i),
                statements,
                loader,
                () -> written.requireSame(connection, context));
      }
    } else {
      parking =
          new Parking(
              connection,
              new ParkedRows(context.sidecarSchema()),
              context.applier(),
              streams,
              context.clock(),
              context.limits().parkedPatience());
      for (int i = 0; i < tables.length; i++) {
        TableSql sql = sql(context, i);
        ParkedTable table = new ParkedTable(parking, sql, statements);
        parked.put(sql.schema().name(), table);
        String[] scopes =
            StreamScope.conditions(plan, context.applier().direction(), plan.tables().get(i));
        KeyOrder order = new KeyOrder(context.target().schema(), sql.schema());
        tables[i] = new SharedTableWriter(sql, order, statements, scopes, table);
      }
    }
    connection.rollback();
    return new TargetWriter(
        connection,
        context.applier(),
        checkpoints,
        plan,
        ownerEpochs.clone(),
        tables,
        parking,
        parked,
        new DdlPassage(connection, context, own(context, checkpoints, ownerEpochs)),
        new FenceGuard(connection, context.sidecarSchema(), context.applier()),
        written,
        context.pause());
  }

  private static OwnStatements own(
      ApplierContext context, Checkpoints checkpoints, long[] ownerEpochs) {
    return new OwnStatements(
        checkpoints,
        context.applier(),
        context.plan().readShards(context.applier().direction()).get(0),
        ownerEpochs[0],
        context.target().schema());
  }

  /** What happens before and while DDL is run. */
  public void ddlHooks(Runnable whileWaiting, Runnable first) {
    ddl.hooks(whileWaiting, first);
  }

  /**
   * True while DDL that the stream brought is announced: it may have run or not, and nobody else
   * may announce anything before that is known.
   */
  public boolean ddlIsAnnounced() {
    return ddl.isAnnounced();
  }

  @Override
  public void pass(StreamPlace place, List<DdlStatement> statements) {
    for (DdlStatement statement : statements) {
      TablePlan table = plan.table(statement.table());
      TableSchema after = plan.withShapes(place.shapes()).table(statement.table()).schema();
      String scope = StreamScope.conditions(plan, applier.direction(), table)[place.stream()];
      ddl.reach(statement, table, after, scope);
    }
    // the checkpoint moves when every one is done: what fails is met again after `start`
    boolean ran = statements.stream().anyMatch(s -> s.action() == DdlStatement.Action.RUN);
    begin(place);
    if (ran) {
      clearAnnouncement(place);
    }
    commit();
    if (ran) {
      pause.at(ApplyDdlPausePoints.APPLY_DDL_CLEARED);
    }
  }

  private void clearAnnouncement(StreamPlace place) {
    try {
      checkpoints.clearDdl(
          connection, applier, streams.get(place.stream()), ownerEpochs[place.stream()]);
    } catch (SQLException e) {
      throw classifier.classify(e, "clear the announcement of DDL on " + applier);
    }
  }

  private static TableSql sql(ApplierContext context, int table) {
    return new TableSql(context.target().schema(), context.plan().tables().get(table).schema());
  }

  private static boolean localInfile(Connection connection) throws SQLException {
    return "1".equals(Queries.text(connection, "SELECT @@GLOBAL.local_infile").orElse("0"));
  }

  private static int statementBytes(Connection connection) throws SQLException {
    long packet =
        Long.parseLong(
            Queries.text(connection, "SELECT @@SESSION.max_allowed_packet").orElseThrow());
    return (int) Math.min(LARGEST_STATEMENT_BYTES, packet / 4);
  }

  /** How long the transaction committed last took, from its checkpoint to the end of its commit. */
  public long transactionNanos() {
    return committedNanos - begunNanos;
  }

  @Override
  public void begin(StreamPlace place) {
    begunNanos = System.nanoTime();
    try {
      Optional<Instant> sourceTime =
          place.sourceTimeMillis() == 0
              ? Optional.empty()
              : Optional.of(Instant.ofEpochMilli(place.sourceTimeMillis()));
      checkpoints.advance(
          connection,
          applier,
          streams.get(place.stream()),
          ownerEpochs[place.stream()],
          new Checkpoint.Progress(
              place.captureEpoch(), place.cut(), place.journalOffset(), sourceTime));
    } catch (SQLException e) {
      throw classifier.classify(
          e, "move the checkpoint of stream " + streams.get(place.stream()) + " on");
    }
  }

  @Override
  public void refuseBypassed(StreamPlace place) {
    try {
      fence.check(place, streams.get(place.stream()));
    } catch (SQLException e) {
      throw classifier.classify(e, "read the fence of " + applier);
    }
  }

  @Override
  public void write(int stream, WriteMode mode, TableBatch batch) {
    TablePlan table = plan.tables().get(batch.table());
    written.refuseUnfit(table.name(), applier);
    try {
      tables[batch.table()].write(stream, mode, batch);
    } catch (SQLException e) {
      throw classifier.classify(
          e,
          "write "
              + batch.rows().size()
              + " rows and delete "
              + batch.deletes().size()
              + " of table "
              + table.name()
              + " on "
              + applier);
    }
  }

  @Override
  public int deleteSome(int stream, int table) {
    try {
      return tables[table].deleteSome(stream);
    } catch (SQLException e) {
      throw classifier.classify(
          e, "empty table " + plan.tables().get(table).name() + " on " + applier);
    }
  }

  @Override
  public void forgetParked(int stream) {
    try {
      for (ParkedTable table : parked.values()) {
        table.forget(stream);
      }
    } catch (SQLException e) {
      throw classifier.classify(e, "forget parked rows on " + applier);
    }
  }

  @Override
  public boolean hasParked() {
    return parking != null && !parking.isEmpty();
  }

  /** What is parked, as far as it is known without asking the server. */
  public ParkedState parked() {
    return parking == null ? ParkedState.NONE : parking.state();
  }

  @Override
  public void placeTouched() {
    try {
      for (ParkedTable table : parked.values()) {
        table.placeTouched();
      }
    } catch (SQLException e) {
      throw classifier.classify(e, "place parked rows on " + applier);
    }
  }

  @Override
  public int sweep(long passedMillis) {
    try {
      List<ParkedRow> rows = parking.nextToSweep();
      if (rows.isEmpty()) {
        return 0;
      }
      Map<ParkedRow, SQLException> refused = new LinkedHashMap<>();
      int placed = parked.get(rows.get(0).table()).place(rows, refused);
      parking.stillParked(refused, passedMillis);
      return placed;
    } catch (SQLException e) {
      throw classifier.classify(e, "place parked rows on " + applier);
    }
  }

  @Override
  public void commit() {
    try {
      connection.commit();
      committedNanos = System.nanoTime();
    } catch (SQLException e) {
      throw classifier.classify(e, "commit on " + applier);
    }
  }

  @Override
  public void rollback() {
    try {
      connection.rollback();
    } catch (SQLException e) {
      // the server undoes it when it sees that the connection is gone
      log.atDebug().addKeyValue("applier", applier).setCause(e).log("rollback failed");
    }
  }

  /**
   * Keeps the server from closing an idle connection, and notices when it has; cheap to call often.
   *
   * @throws dev.sluice.schemas.error.SluiceException when the connection is gone
   */
  public void keepAlive() {
    long now = System.nanoTime();
    if (now - usedNanos < KEEP_ALIVE_NANOS) {
      return;
    }
    usedNanos = now;
    try {
      Queries.text(connection, "SELECT 1");
    } catch (SQLException e) {
      throw classifier.classify(e, "keep the connection of " + applier);
    }
  }
}
