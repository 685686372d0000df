package dev.sluice.schemas.workflow;

/**
 * One applier: a workflow's direction and the shard that is written.
 *
 * @param shard name of the shard written
 * @param number the shard's place among the shards written (m of I1)
 */
public record ApplierId(
    String workflow, String workflowUuid, Direction direction, String shard, int number) {

  @Override
  public String toString() {
    return workflow + "/" + direction.word() + "/" + shard;
  }
}
