package dev.sluice.controller;

import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.table.ValueKind;
import dev.sluice.schemas.vindex.VindexSpec;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.TablePlan;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowSpec;
import dev.sluice.schemas.workflow.WorkflowState;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Records for tests: one source shard, two target shards, one table {@code customer} of 1,000 rows.
 */
public final class Records {

  public static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private Records() {}

  /** A workflow that has been started and is not prepared yet. */
  public static WorkflowRecord created(String name) {
    return in(name, WorkflowState.CREATED);
  }

  /** A workflow in a state, in its first generation. */
  public static WorkflowRecord in(String name, WorkflowState state) {
    return new WorkflowRecord(
        "uuid-" + name, spec(name), state, null, NOW, List.of(), 1, plan("customer"), null);
  }

  /** The same with other tables. */
  public static WorkflowRecord in(String name, WorkflowState state, String... tables) {
    return new WorkflowRecord(
        "uuid-" + name, spec(name), state, null, NOW, List.of(), 1, plan(tables), null);
  }

  public static WorkflowSpec spec(String name) {
    return new WorkflowSpec(
        name, "commerce", "customer", List.of("customer"), false, List.of(), Map.of(), null);
  }

  public static MovePlan plan(String... tables) {
    return new MovePlan(
        List.of("-"), List.of("-80", "80-"), Arrays.stream(tables).map(Records::table).toList());
  }

  private static TablePlan table(String name) {
    ColumnSchema id =
        new ColumnSchema(
            "id", "int", "int", ValueKind.INTEGER, 0, 0, false, false, null, null, false, false);
    return new TablePlan(
        new TableSchema(name, List.of(id), List.of("id"), List.of()),
        null,
        new VindexSpec("id", "sha256"),
        "CREATE TABLE",
        "CREATE TABLE",
        List.of(),
        true,
        1_000);
  }
}
