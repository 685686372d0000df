package dev.sluice.controller;

import dev.sluice.controller.port.MoveServers;
import dev.sluice.controller.port.MoveTopics;
import dev.sluice.controller.preflight.Finding;
import dev.sluice.mysql.gtid.GtidSet;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.keyspace.KeyRange;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.keyspace.Shard;
import dev.sluice.schemas.vindex.VindexSpec;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * MySQL and Kafka as the controller sees them: remembers what was done, fails where a test says so.
 */
public class FakeSides implements MoveServers, MoveTopics {

  @Override
  public Set<String> keepForEver(WorkflowRecord record) {
    return Set.of();
  }

  @Override
  public BinlogRoom binlogs(Endpoint endpoint) {
    return new BinlogRoom(Duration.ZERO, GtidSet.EMPTY);
  }

  public final List<String> done = new ArrayList<>();
  public final Map<String, List<String>> tables = new LinkedHashMap<>();
  public final List<Finding> findings = new ArrayList<>();
  public final Map<String, RuntimeException> failures = new LinkedHashMap<>();

  /** Runs after each thing done. */
  public Runnable after = () -> {};

  public FakeSides() {
    tables.put("customer", List.of("id", "customer_id"));
    tables.put("corder", List.of("id", "customer_id"));
    tables.put("product", List.of("id"));
  }

  /**
   * Keyspaces {@code commerce} (one shard), {@code customer} (two), {@code warehouse} (one), and
   * {@code alias}, which lies where {@code commerce} does.
   */
  public static Map<String, Keyspace> keyspaces() {
    return Map.of(
        "warehouse",
        keyspace("warehouse", Map.of(), "-"),
        "alias",
        new Keyspace("alias", keyspace("commerce", Map.of(), "-").shards(), Map.of()),
        "commerce",
        keyspace("commerce", Map.of(), "-"),
        "customer",
        keyspace(
            "customer", Map.of("customer", new VindexSpec("customer_id", "sha256")), "-80", "80-"));
  }

  private static Keyspace keyspace(
      String name, Map<String, VindexSpec> vindexes, String... shards) {
    return new Keyspace(
        name,
        Arrays.stream(shards)
            .map(
                shard ->
                    new Shard(
                        KeyRange.parse(shard),
                        new Endpoint("127.0.0.1", 3306, "u", () -> "p", name, Map.of()),
                        Optional.empty(),
                        Optional.empty()))
            .toList(),
        vindexes);
  }

  private void act(String what) {
    RuntimeException failure = failures.remove(what);
    if (failure != null) {
      throw failure;
    }
    done.add(what);
    after.run();
  }

  @Override
  public Map<String, List<String>> columnsByTable(Keyspace keyspace) {
    return tables;
  }

  @Override
  public List<Finding> preflight(
      Keyspace source,
      Keyspace target,
      WorkflowSpec spec,
      List<String> names,
      Map<String, VindexSpec> vindexes) {
    return findings;
  }

  @Override
  public MovePlan resolve(
      Keyspace source,
      Keyspace target,
      WorkflowSpec spec,
      List<String> names,
      Map<String, VindexSpec> vindexes) {
    return Records.plan(names.toArray(String[]::new));
  }

  @Override
  public void createSidecars(Keyspace source, Keyspace target) {
    act("createSidecars");
  }

  @Override
  public void createTables(WorkflowRecord record, Keyspace source, Keyspace target) {
    act("createTables");
  }

  @Override
  public Optional<String> unreachable(Endpoint endpoint) {
    return Optional.empty();
  }

  @Override
  public List<Finding> preflight(WorkflowSpec spec, List<String> names) {
    return List.of();
  }

  @Override
  public List<Finding> schemas(WorkflowSpec spec, MovePlan plan) {
    return List.of();
  }

  @Override
  public void create(WorkflowRecord record) {
    act("createTopics");
  }

  @Override
  public Deletion deletion(WorkflowRecord record) {
    return () -> act("deleteTopics");
  }
}
