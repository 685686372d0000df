package dev.sluice.controller.status;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/** The rate at which a count rises, over the last half minute. Not thread-safe. */
public final class RateEstimator {

  /** How far back the rate looks: long enough not to jump, short enough to follow. */
  static final Duration WINDOW = Duration.ofSeconds(30);

  private static final Duration LEAST = Duration.ofSeconds(1);

  private record Sample(Instant at, long count) {}

  private final Deque<Sample> samples = new ArrayDeque<>();

  /** Takes a sample; at most some a second are kept. A count that falls starts anew. */
  public void sample(Instant at, long count) {
    if (!samples.isEmpty() && count < samples.getLast().count()) {
      samples.clear();
    }
    samples.addLast(new Sample(at, count));
    // one sample older than the window stays, so that the window is covered whole
    while (samples.size() > 2 && second().at().isBefore(at.minus(WINDOW))) {
      samples.removeFirst();
    }
  }

  private Sample second() {
    var iterator = samples.iterator();
    iterator.next();
    return iterator.next();
  }

  /** Per second; 0 while too little is known. */
  public double perSecond() {
    if (samples.size() < 2) {
      return 0;
    }
    Duration time = Duration.between(samples.getFirst().at(), samples.getLast().at());
    if (time.compareTo(LEAST) < 0) {
      return 0;
    }
    return (samples.getLast().count() - samples.getFirst().count()) * 1000.0 / time.toMillis();
  }
}
