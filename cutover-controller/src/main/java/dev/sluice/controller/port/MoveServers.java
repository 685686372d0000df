package dev.sluice.controller.port;

import dev.sluice.controller.preflight.Finding;
import dev.sluice.mysql.gtid.GtidSet;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.vindex.VindexSpec;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the controller does on MySQL servers. Every method that changes something is idempotent.
 * Methods throw {@code SluiceException}, classified. Thread-safe.
 */
public interface MoveServers {

  /**
   * Column names of the keyspace's base tables, by table in order of name, from its first shard.
   */
  Map<String, List<String>> columnsByTable(Keyspace keyspace);

  /** Runs every check that looks at MySQL. */
  List<Finding> preflight(
      Keyspace source,
      Keyspace target,
      WorkflowSpec spec,
      List<String> tables,
      Map<String, VindexSpec> targetVindexes);

  /** Reads definitions and estimates, and builds the plan of the move. */
  MovePlan resolve(
      Keyspace source,
      Keyspace target,
      WorkflowSpec spec,
      List<String> tables,
      Map<String, VindexSpec> targetVindexes);

  /** Creates the sidecar on every primary of both keyspaces, where it is missing. */
  void createSidecars(Keyspace source, Keyspace target);

  /**
   * Creates the plan's tables on every target shard, or checks those that were there before; all
   * must be empty.
   */
  void createTables(WorkflowRecord record, Keyspace source, Keyspace target);

  /**
   * What a server's binary logs still hold.
   *
   * @param kept how long the server keeps them; zero for ever
   * @param purged transactions that are in none of them any more
   */
  record BinlogRoom(Duration kept, GtidSet purged) {}

  /** Reads what the binary logs of a server still hold. */
  BinlogRoom binlogs(Endpoint endpoint);

  /**
   * Whether a primary answers.
   *
   * @return empty when it does, else what stands in the way
   */
  Optional<String> unreachable(Endpoint endpoint);
}
