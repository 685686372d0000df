package dev.sluice.schemas.kafka;

import java.time.Duration;
import java.util.Optional;

/**
 * The {@code topics} part of sluice.yaml, as far as topics are created with it. Immutable.
 *
 * @param replicationFactor empty: the broker's default
 * @param minInsyncReplicas empty: the broker's default
 * @param keepApplied how long records stay in a workflow's topics after every applier has applied
 *     them
 */
public record TopicSettings(
    Optional<Short> replicationFactor, Optional<Integer> minInsyncReplicas, Duration keepApplied) {

  /**
   * Default of {@code topics.keep-applied}: longer than what a target can forget that does not
   * flush each commit.
   */
  public static final Duration DEFAULT_KEEP_APPLIED = Duration.ofSeconds(30);

  /** With the default time for applied records. */
  public TopicSettings(Optional<Short> replicationFactor, Optional<Integer> minInsyncReplicas) {
    this(replicationFactor, minInsyncReplicas, DEFAULT_KEEP_APPLIED);
  }

  /** What {@code broker-default} means for both. */
  public static TopicSettings brokerDefault() {
    return new TopicSettings(Optional.empty(), Optional.empty());
  }
}
