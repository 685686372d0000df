package dev.sluice.apply.write;

import dev.sluice.apply.core.StreamPlace;
import dev.sluice.apply.core.TableBatch;
import dev.sluice.apply.core.TargetSession;
import dev.sluice.apply.core.WriteMode;
import dev.sluice.mysql.ddl.DdlReader;
import dev.sluice.mysql.ddl.TableDdl;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.schema.InformationSchema;
import dev.sluice.mysql.schema.TableDescription;
import dev.sluice.mysql.sidecar.Checkpoint;
import dev.sluice.mysql.sidecar.Checkpoints;
import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.journal.DdlStatement;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.workflow.ApplierId;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.TablePlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
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
  private final TableWriter[] tables;
  private final TableWriter[][] shaped;
  private final Function<TableSchema, TableWriter> tableWriters;
  private final String schema;
  private final MovePlan plan;
  private final ErrorClassifier classifier = new ErrorClassifier();

  private long usedNanos;
  private long begunNanos;
  private long committedNanos;

  private TargetWriter(
      Connection connection,
      ApplierId applier,
      Checkpoints checkpoints,
      MovePlan plan,
      String schema,
      long[] ownerEpochs,
      Function<TableSchema, TableWriter> tableWriters) {
    this.connection = connection;
    this.applier = applier;
    this.checkpoints = checkpoints;
    this.plan = plan;
    this.streams = plan.readShards(applier.direction());
    this.ownerEpochs = ownerEpochs;
    this.schema = schema;
    this.tableWriters = tableWriters;
    this.tables =
        plan.tables().stream().map(t -> tableWriters.apply(t.schema())).toArray(TableWriter[]::new);
    this.shaped = new TableWriter[streams.size()][];
  }

  /**
   * Prepares a connection for writing.
   *
   * @param connection an APPLIER session that has taken the checkpoints over; stays the caller's to
   *     close
   * @param schema the shard's MySQL schema
   * @param ownerEpochs one a stream
   */
  public static TargetWriter on(
      Connection connection,
      ApplierId applier,
      Checkpoints checkpoints,
      MovePlan plan,
      String schema,
      long[] ownerEpochs)
      throws SQLException {
    connection.setAutoCommit(false);
    boolean localInfile =
        "1".equals(Queries.text(connection, "SELECT @@GLOBAL.local_infile").orElse("0"));
    long packet =
        Long.parseLong(
            Queries.text(connection, "SELECT @@SESSION.max_allowed_packet").orElseThrow());
    Statements statements =
        new Statements(connection, (int) Math.min(LARGEST_STATEMENT_BYTES, packet / 4));
    LocalInfile loader = new LocalInfile(statements, localInfile);
    connection.rollback();
    return new TargetWriter(
        connection,
        applier,
        checkpoints,
        plan,
        schema,
        ownerEpochs.clone(),
        table ->
            new TableWriter(
                new TableSql(schema, table),
                statements,
                StreamScope.conditions(plan, applier.direction(), plan.table(table.name())),
                loader));
  }

  /** Writes each stream's rows in the shapes that its tables have there. */
  public void adopt(List<StreamPlace> places) {
    for (StreamPlace place : places) {
      shaped[place.stream()] = null;
      if (place.shapes().isEmpty()) {
        continue;
      }
      TableWriter[] own = tables.clone();
      for (int i = 0; i < own.length; i++) {
        TablePlan table = plan.tables().get(i);
        if (place.shapes().containsKey(table.name())) {
          TableSchema now = plan.withShapes(place.shapes()).tables().get(i).schema();
          own[i] = tableWriters.apply(withKeysOfTarget(now));
        }
      }
      shaped[place.stream()] = own;
    }
  }

  private TableSchema withKeysOfTarget(TableSchema table) {
    return TargetFit.withKeysOf(describe(table.name()), table);
  }

  private TableDescription describe(String table) {
    try {
      TableDescription found = new InformationSchema(connection).require(schema, table);
      connection.rollback();
      return found;
    } catch (SQLException e) {
      throw classifier.classify(e, "read the definition of table " + table + " on " + applier);
    }
  }

  @Override
  public void pass(StreamPlace place, DdlStatement ddl) {
    String scope =
        StreamScope.conditions(plan, applier.direction(), plan.table(ddl.table()))[place.stream()];
    TargetFit fit = new TargetFit(ddl, applier.toString());
    boolean emptied =
        DdlReader.read(ddl.statement(), "")
            .filter(read -> read.effect() == TableDdl.Effect.TRUNCATE)
            .isPresent();
    if (emptied) {
      fit.requireEmpty(hasRows(ddl.table(), scope));
    } else {
      TableSchema after =
          plan.withShapes(place.shapes()).table(ddl.table()).schema();
      fit.require(after, describe(ddl.table()), withoutDefault(ddl.table()));
    }
    begin(place);
    commit();
  }

  private List<String> withoutDefault(String table) {
    try {
      return Queries.list(
          connection,
          "SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE IS_NULLABLE = 'NO'"
              + " AND COLUMN_DEFAULT IS NULL AND EXTRA NOT LIKE '%GENERATED%'"
              + " AND EXTRA NOT LIKE '%auto_increment%' AND TABLE_SCHEMA = "
              + Literals.string(schema)
              + " AND TABLE_NAME = "
              + Literals.string(table),
          row -> row.getString(1));
    } catch (SQLException e) {
      throw classifier.classify(e, "read the columns of table " + table + " on " + applier);
    }
  }

  private boolean hasRows(String table, String scope) {
    try {
      boolean rows =
          Queries.text(
                  connection,
                  "SELECT 1 FROM "
                      + Identifiers.qualified(schema, table)
                      + (scope == null ? "" : " WHERE " + scope)
                      + " LIMIT 1")
              .isPresent();
      connection.rollback();
      return rows;
    } catch (SQLException e) {
      throw classifier.classify(e, "look for rows of table " + table + " on " + applier);
    }
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
  public void write(int stream, WriteMode mode, TableBatch batch) {
    TablePlan table = plan.tables().get(batch.table());
    try {
      TableWriter[] writers = shaped[stream] == null ? tables : shaped[stream];
      writers[batch.table()].write(stream, mode, batch);
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
