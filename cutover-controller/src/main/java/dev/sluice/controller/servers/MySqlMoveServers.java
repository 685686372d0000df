package dev.sluice.controller.servers;

import dev.sluice.controller.port.MoveServers;
import dev.sluice.controller.preflight.Finding;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.gtid.GtidWaiter;
import dev.sluice.mysql.preflight.check.BinlogRetentionCheck;
import dev.sluice.mysql.schema.InformationSchema;
import dev.sluice.mysql.schema.ServerVariables;
import dev.sluice.mysql.schema.TableDescription;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sidecar.Sidecar;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.keyspace.Shard;
import dev.sluice.schemas.vindex.VindexSpec;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowSpec;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@link MoveServers} on real servers; a connection lives for one call. Thread-safe. */
public final class MySqlMoveServers implements MoveServers {

  /** Work on one connection. */
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  private final MySqlSessions sessions;
  private final Sidecar sidecar;
  private final MySqlChecks checks;

  public MySqlMoveServers(MySqlSessions sessions, String sidecar, MySqlChecks checks) {
    this.sessions = sessions;
    this.sidecar = new Sidecar(sidecar);
    this.checks = checks;
  }

  @Override
  public Map<String, List<String>> columnsByTable(Keyspace keyspace) {
    Endpoint endpoint = keyspace.shards().get(0).primary();
    return with(
        endpoint,
        "read the tables of keyspace " + keyspace.name(),
        connection -> {
          InformationSchema schema = new InformationSchema(connection);
          Map<String, List<String>> columns = new LinkedHashMap<>();
          schema
              .describe(endpoint.schema(), schema.baseTables(endpoint.schema()))
              .forEach((name, table) -> columns.put(name, columnNames(table)));
          return columns;
        });
  }

  private static List<String> columnNames(TableDescription table) {
    return table.columns().stream().map(column -> column.name()).toList();
  }

  @Override
  public List<Finding> preflight(
      Keyspace source,
      Keyspace target,
      WorkflowSpec spec,
      List<String> tables,
      Map<String, VindexSpec> targetVindexes) {
    return checks.run(source, target, spec, tables, targetVindexes);
  }

  @Override
  public MovePlan resolve(
      Keyspace source,
      Keyspace target,
      WorkflowSpec spec,
      List<String> tables,
      Map<String, VindexSpec> targetVindexes) {
    return new PlanReader(this, source, target).read(spec, tables, targetVindexes);
  }

  @Override
  public void createSidecars(Keyspace source, Keyspace target) {
    for (Keyspace keyspace : List.of(source, target)) {
      for (Shard shard : keyspace.shards()) {
        with(
            shard.primary(),
            "create the sidecar on " + label(keyspace, shard),
            connection -> {
              sidecar.ensure(connection);
              return null;
            });
      }
    }
  }

  @Override
  public void createTables(WorkflowRecord record, Keyspace source, Keyspace target) {
    new TargetTables(this, source, target).create(record);
  }

  @Override
  public BinlogRoom binlogs(Endpoint endpoint) {
    return with(
        endpoint,
        "read the binary logs of " + endpoint,
        connection -> {
          ServerVariables variables = ServerVariables.read(connection);
          return new BinlogRoom(
              BinlogRetentionCheck.kept(variables), GtidWaiter.purged(connection));
        });
  }

  @Override
  public Optional<String> unreachable(Endpoint endpoint) {
    try {
      with(endpoint, "reach " + endpoint, connection -> connection.isValid(5));
      return Optional.empty();
    } catch (SluiceException e) {
      return Optional.of(e.getMessage());
    }
  }

  static String label(Keyspace keyspace, Shard shard) {
    return keyspace.name() + "/" + shard.name();
  }

  /** Runs work on a connection of its own; SQL errors come out classified. */
  <T> T with(Endpoint endpoint, String action, Work<T> work) {
    try (Connection connection = sessions.open(endpoint, SessionProfile.CONTROL)) {
      return work.on(connection);
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, action);
    }
  }
}
