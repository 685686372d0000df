package dev.sluice.schemas.workflow;

/**
 * One stream: a workflow's direction and the shard that is read.
 *
 * @param workflow the workflow's name
 * @param workflowUuid tells workflows of the same name apart
 * @param shard name of the shard read
 * @param number the shard's place among the shards read (s of I1): the journal partition
 */
public record StreamId(
    String workflow, String workflowUuid, Direction direction, String shard, int number) {

  @Override
  public String toString() {
    return workflow + "/" + direction.word() + "/" + shard;
  }
}
