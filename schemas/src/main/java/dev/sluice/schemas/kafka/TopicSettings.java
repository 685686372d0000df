package dev.sluice.schemas.kafka;

import java.util.Optional;

/**
 * The {@code topics} part of sluice.yaml, as far as topics are created with it. Immutable.
 *
 * @param replicationFactor empty: the broker's default
 * @param minInsyncReplicas empty: the broker's default
 */
public record TopicSettings(
    Optional<Short> replicationFactor, Optional<Integer> minInsyncReplicas) {

  /** What {@code broker-default} means for both. */
  public static TopicSettings brokerDefault() {
    return new TopicSettings(Optional.empty(), Optional.empty());
  }
}
