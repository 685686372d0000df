package dev.sluice.controller.upkeep;

import dev.sluice.schemas.status.ApplierStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * How far the appliers of a workflow had come some time ago, by what they said: what lies before
 * nobody needs any more. A place that an applier said it has committed is believed only after that
 * time, since a target that does not flush each commit can forget it. Not thread-safe.
 */
final class Floors {

  private static final long UNKNOWN = -1;

  /**
   * One moment.
   *
   * @param offsets journal offset applied last, by stream and applier; -1 when not known
   */
  private record Sample(Instant at, long[][] offsets) {}

  private final List<String> streams;
  private final List<String> appliers;
  private final Duration keep;
  private final Deque<Sample> samples = new ArrayDeque<>();

  /**
   * @param streams names of the shards read
   * @param appliers names of the shards written
   * @param keep how long ago the answer lies
   */
  Floors(List<String> streams, List<String> appliers, Duration keep) {
    this.streams = streams;
    this.appliers = appliers;
    this.keep = keep;
  }

  /** Takes what the appliers say now. */
  void sample(List<ApplierStatus> statuses, Instant now) {
    long[][] offsets = new long[streams.size()][appliers.size()];
    for (int stream = 0; stream < streams.size(); stream++) {
      for (int applier = 0; applier < appliers.size(); applier++) {
        offsets[stream][applier] = offset(statuses, stream, applier);
      }
    }
    samples.addLast(new Sample(now, offsets));
  }

  private long offset(List<ApplierStatus> statuses, int stream, int applier) {
    for (ApplierStatus status : statuses) {
      if (status.shard().equals(appliers.get(applier)) && status.streams() != null) {
        for (ApplierStatus.StreamPlace place : status.streams()) {
          if (place.stream().equals(streams.get(stream))) {
            return place.journalOffset();
          }
        }
      }
    }
    return UNKNOWN;
  }

  /**
   * Journal offset applied last, by stream and applier, as it was the time ago; -1 where it was not
   * known. Empty while it is too early to say.
   */
  Optional<long[][]> at(Instant now) {
    Sample found = null;
    while (!samples.isEmpty() && !samples.peekFirst().at().isAfter(now.minus(keep))) {
      found = samples.removeFirst();
    }
    if (found == null) {
      return Optional.empty();
    }
    // it stays the answer until the next one is old enough
    samples.addFirst(found);
    return Optional.of(found.offsets());
  }
}
