package dev.sluice.vdiff.job;

import dev.sluice.schemas.kafka.TopicAdmin;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.Direction;
import java.util.List;

/** The topics of one workflow's VDiffs. Stateless. */
public final class VDiffTopics {

  /** Partitions of digests, rows and outcomes: as many processes can share the work. */
  public static final int PARTITIONS = 4;

  private VDiffTopics() {}

  /** Makes those that are missing. */
  public static void ensure(TopicAdmin admin, String workflow) {
    TopicNames names = TopicNames.of(workflow, Direction.FORWARD);
    admin.createVDiffTopics(
        List.of(names.vdiffDigests(), names.vdiffRows(), names.vdiffOutcomes()),
        PARTITIONS,
        names.vdiffResults());
  }
}
