package dev.sluice.capture.engine;

import dev.sluice.capture.copy.ColumnCheck;
import dev.sluice.capture.copy.CopyPace;
import dev.sluice.capture.stream.Slice;
import dev.sluice.capture.stream.SliceReader;
import dev.sluice.capture.stream.StreamErrors;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.gtid.GtidSet;
import dev.sluice.mysql.gtid.GtidWaiter;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.CopyProgress;
import dev.sluice.schemas.journal.CopyProgress.ChunkProgress;
import dev.sluice.schemas.journal.CopyProgress.TableProgress;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.StreamId;
import dev.sluice.schemas.workflow.TablePlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code copy: debezium-snapshot}: the rows come from Debezium's own initial snapshot, in one slice
 * that ends with the last row. It cannot be resumed: a slice that was interrupted begins with the
 * first row again. The rules of the copy are the same ({@code docs/design/0003}): the stream rests,
 * and the snapshot is taken after the server has executed the stream's position (I4). Used by one
 * thread.
 */
public final class SnapshotSliceReader implements SliceReader {

  private static final Duration POSITION_TIMEOUT = Duration.ofSeconds(10);
  private static final Set<String> DATES = Set.of("date", "datetime", "timestamp");

  private final MySqlSessions sessions;
  private final StreamId stream;
  private final MovePlan plan;
  private final Endpoint read;
  private final String sidecar;
  private final KafkaSettings kafka;
  private final CopyPace pace;
  private final Runnable wakeUp;
  private final CopyProgress initial;

  /**
   * @param pace when rows may be sent
   * @param wakeUp called when rows are there to be fetched
   */
  public SnapshotSliceReader(
      MySqlSessions sessions,
      StreamId stream,
      MovePlan plan,
      Endpoint read,
      String sidecar,
      KafkaSettings kafka,
      CopyPace pace,
      Runnable wakeUp) {
    this.sessions = sessions;
    this.stream = stream;
    this.plan = plan;
    this.read = read;
    this.sidecar = sidecar;
    this.kafka = kafka;
    this.pace = pace;
    this.wakeUp = wakeUp;
    this.initial = progress(false, List.of());
  }

  private CopyProgress progress(boolean planned, List<ChunkProgress> chunks) {
    return new CopyProgress(
        plan.tables().stream()
            .map(t -> new TableProgress(t.name(), planned, 0, t.rowsEstimated(), chunks))
            .toList());
  }

  @Override
  public CopyProgress initial() {
    return initial;
  }

  /** Whatever the progress says, reading begins with the first row. */
  @Override
  public Slice open(String gtidSet, CopyProgress progress) {
    try (Connection connection = sessions.open(read, SessionProfile.LONG_RUNNING)) {
      if (!GtidWaiter.waitFor(connection, GtidSet.parse(gtidSet), POSITION_TIMEOUT)) {
        throw StreamErrors.broken(
            read
                + " did not execute the stream's own position within "
                + POSITION_TIMEOUT.toSeconds()
                + " s");
      }
      List<TableSchema> tables = plan.tables().stream().map(TablePlan::schema).toList();
      new ColumnCheck(read.schema(), tables).check(connection);
      for (TableSchema table : tables) {
        refuseZeros(connection, table);
      }
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, "begin the snapshot of " + read);
    }
    CopyProgress whole = progress(true, List.of(new ChunkProgress(null, null, false)));
    SnapshotRows rows =
        new SnapshotRows(plan, read.schema(), SnapshotSettings.notificationTopic(stream));
    SnapshotSlice slice = new SnapshotSlice(whole, rows, pace, wakeUp);
    slice.start(
        SnapshotSettings.engineName(stream),
        SnapshotSettings.of(stream, plan, read, sidecar, kafka));
    return slice;
  }

  /**
   * Values that the engine would change without a word: it makes zero dates NULL or 1970-01-01, and
   * the year 0000 2000. Rows that come after this look are in the binary log too, behind P.
   */
  private void refuseZeros(Connection connection, TableSchema table) throws SQLException {
    for (ColumnSchema column : table.columns()) {
      Optional<String> zero = zero(column);
      if (zero.isEmpty()) {
        continue;
      }
      String rows =
          " FROM " + Identifiers.qualified(read.schema(), table.name()) + " WHERE " + zero.get();
      if (Queries.text(connection, "SELECT 1" + rows + " LIMIT 1").isPresent()) {
        throw new SluiceException(
            ErrorCode.VALUE_NOT_CARRIED,
            "column "
                + column.name()
                + " of table "
                + table.name()
                + " holds dates or years that are zero in part or whole, which Debezium's snapshot"
                + " changes",
            "find the rows with SELECT *"
                + rows
                + " and repair them; years may stay with"
                + " copy: chunked");
      }
    }
  }

  private static Optional<String> zero(ColumnSchema column) {
    String name = Identifiers.quote(column.name());
    if (column.dataType().equals("year")) {
      return Optional.of(name + " = 0");
    }
    return DATES.contains(column.dataType())
        ? Optional.of("MONTH(" + name + ") = 0 OR DAYOFMONTH(" + name + ") = 0")
        : Optional.empty();
  }

  @Override
  public void close() {}
}
