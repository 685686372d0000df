package dev.sluice.mysql.preflight;

import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.vindex.VindexSpec;
import java.util.List;
import java.util.Map;

/**
 * What a preflight is asked about. Immutable.
 *
 * @param tables to move
 * @param vindexes placement on the target by table, the keyspace's own included
 * @param dropForeignKeys the move's option {@code foreign-keys: drop}
 * @param fromReplica the move's option {@code read-from: replica}
 * @param engineSnapshot the move's option {@code copy: debezium-snapshot}
 * @param recordMaxBytes the largest record that topics take
 * @param readOnlyFence the move's option {@code fence: read-only}
 */
public record PreflightRequest(
    Keyspace source,
    Keyspace target,
    List<String> tables,
    Map<String, VindexSpec> vindexes,
    boolean dropForeignKeys,
    boolean fromReplica,
    boolean engineSnapshot,
    long recordMaxBytes,
    boolean readOnlyFence) {

  /** A move whose fence is made of triggers. */
  public PreflightRequest(
      Keyspace source,
      Keyspace target,
      List<String> tables,
      Map<String, VindexSpec> vindexes,
      boolean dropForeignKeys,
      boolean fromReplica,
      boolean engineSnapshot,
      long recordMaxBytes) {
    this(
        source,
        target,
        tables,
        vindexes,
        dropForeignKeys,
        fromReplica,
        engineSnapshot,
        recordMaxBytes,
        false);
  }

  public PreflightRequest {
    tables = List.copyOf(tables);
    vindexes = Map.copyOf(vindexes);
  }
}
