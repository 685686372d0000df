package dev.sluice.server.units;

import dev.sluice.schemas.status.ApplierStatus;
import dev.sluice.schemas.status.StatusKeys;
import dev.sluice.schemas.status.StreamStatus;
import dev.sluice.schemas.status.UnitStatus;
import dev.sluice.schemas.work.WorkPartitions;
import dev.sluice.schemas.workflow.ApplierId;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.StreamId;
import dev.sluice.server.Role;

/**
 * One unit of work of a workflow.
 *
 * @param role CAPTURE for a stream, APPLY for an applier
 * @param shard name of the shard read or written
 * @param number the shard's place among them
 */
public record UnitKey(
    Role role,
    String workflow,
    String workflowUuid,
    Direction direction,
    String shard,
    int number) {

  /** Its partition of {@code sluice.work}. */
  public int partition() {
    return WorkPartitions.of(workflowUuid, direction, number);
  }

  public StreamId stream() {
    return new StreamId(workflow, workflowUuid, direction, shard, number);
  }

  public ApplierId applier() {
    return new ApplierId(workflow, workflowUuid, direction, shard, number);
  }

  /** Its key in {@code sluice.status}. */
  public String statusKey() {
    return role == Role.CAPTURE ? StatusKeys.of(stream()) : StatusKeys.of(applier());
  }

  /** What is known of it while it has said nothing itself. */
  UnitStatus silent() {
    return role == Role.CAPTURE ? StreamStatus.silent(stream()) : ApplierStatus.silent(applier());
  }

  @Override
  public String toString() {
    return statusKey();
  }
}
