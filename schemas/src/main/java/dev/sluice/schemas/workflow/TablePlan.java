package dev.sluice.schemas.workflow;

import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.vindex.VindexSpec;
import java.util.List;
import java.util.Objects;

/**
 * One table of a move, resolved when the workflow was created. Immutable.
 *
 * @param schema columns and keys as on the source
 * @param sourceVindex placement on the source keyspace; null when that has one shard
 * @param targetVindex placement on the target keyspace; null when that has one shard
 * @param fullDdl CREATE TABLE of the target with every index
 * @param createDdl CREATE TABLE that the copy starts from, without the deferred indexes
 * @param deferredIndexes to be added when the copy is done, in order
 * @param createdByWorkflow the target table did not exist before: cancel may drop it
 * @param rowsEstimated from the source's statistics at create
 */
public record TablePlan(
    TableSchema schema,
    VindexSpec sourceVindex,
    VindexSpec targetVindex,
    String fullDdl,
    String createDdl,
    List<DeferredIndex> deferredIndexes,
    boolean createdByWorkflow,
    long rowsEstimated) {

  /**
   * A secondary index to add later.
   *
   * @param addClause what follows ALTER TABLE t: {@code ADD KEY `k` (`c`)}
   */
  public record DeferredIndex(String name, String addClause) {}

  public TablePlan {
    Objects.requireNonNull(schema, "schema");
    deferredIndexes = deferredIndexes == null ? List.of() : List.copyOf(deferredIndexes);
  }

  /** This table as DDL has left it; indexes that Sluice has added are deferred no more. */
  TablePlan shaped(String shapeJson) {
    TableShape shape = TableShape.ofJson(shapeJson);
    return new TablePlan(
        shape.schema(),
        sourceVindex,
        targetVindex,
        fullDdl,
        createDdl,
        shape.executed() ? List.of() : deferredIndexes,
        createdByWorkflow,
        rowsEstimated);
  }

  public String name() {
    return schema.name();
  }
}
