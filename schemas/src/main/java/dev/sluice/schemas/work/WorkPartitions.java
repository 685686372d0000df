package dev.sluice.schemas.work;

import dev.sluice.schemas.kafka.ControlTopics;
import dev.sluice.schemas.workflow.Direction;

/** Which partition of {@code sluice.work} stands for which unit of work. */
public final class WorkPartitions {

  /** The controller's. */
  public static final int CONTROLLER = 0;

  private WorkPartitions() {}

  /** Partition of a stream or an applier; neighbouring shards get neighbouring partitions. */
  public static int of(String workflowUuid, Direction direction, int shardNumber) {
    int start = (workflowUuid + direction.word()).hashCode();
    return Math.floorMod(start + shardNumber, ControlTopics.WORK_PARTITIONS);
  }
}
