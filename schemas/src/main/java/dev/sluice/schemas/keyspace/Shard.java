package dev.sluice.schemas.keyspace;

import java.util.Objects;
import java.util.Optional;

/**
 * One shard of a keyspace and its servers. Immutable.
 *
 * @param range the shard's name
 * @param primary takes writes, markers, heartbeats and fences
 * @param replica where copy and stream read with {@code read-from: replica}
 * @param rdonly a further read-only endpoint
 */
public record Shard(
    KeyRange range, Endpoint primary, Optional<Endpoint> replica, Optional<Endpoint> rdonly) {

  public Shard {
    Objects.requireNonNull(range, "range");
    Objects.requireNonNull(primary, "primary");
    Objects.requireNonNull(replica, "replica");
    Objects.requireNonNull(rdonly, "rdonly");
  }

  public String name() {
    return range.toString();
  }
}
