package dev.sluice.apply.feed;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.TopicPartition;

/**
 * Notices that no broker answers: a consumer polls on without an error for as long as that lasts.
 * While it asks for anything, each fetch is answered within a fraction of a second, if only with
 * nothing; so what counts is whether bytes come in. Checked by the feed's thread, asked by any.
 */
final class BrokerSilence {

  /** So long without an answer is an outage, milliseconds. */
  static final long LIMIT_MILLIS = 3_000;

  /** A process that stood still has asked nobody: only checks that follow each other count. */
  private static final long LONGEST_STEP_MILLIS = 1_000;

  private static final long STEP_MILLIS = 250;
  private static final String GROUP = "consumer-metrics";
  private static final String BYTES = "incoming-byte-total";

  private final Clock clock;
  private double bytes = -1;
  private long checkedMillis;
  private long silentMillis;
  private Instant lastAnswer;
  private volatile Instant since;

  BrokerSilence(Clock clock) {
    this.clock = clock;
    this.lastAnswer = clock.instant();
  }

  /** To be called after each poll. */
  void check(Consumer<?, ?> consumer) {
    long now = clock.millis();
    if (now - checkedMillis < STEP_MILLIS) {
      return;
    }
    Set<TopicPartition> paused = consumer.paused();
    check(incomingBytes(consumer.metrics()), consumer.assignment().size() > paused.size());
  }

  /**
   * @param incoming bytes received so far
   * @param asks whether anything is being fetched
   */
  void check(double incoming, boolean asks) {
    long now = clock.millis();
    long step = now - checkedMillis;
    checkedMillis = now;
    if (incoming != bytes || !asks) {
      bytes = incoming;
      silentMillis = 0;
      lastAnswer = clock.instant();
      since = null;
    } else {
      silentMillis += Math.max(0, Math.min(step, LONGEST_STEP_MILLIS));
      if (silentMillis >= LIMIT_MILLIS && since == null) {
        since = lastAnswer;
      }
    }
  }

  /** When the brokers last answered, once they have been silent for too long; else null. */
  Instant since() {
    return since;
  }

  private static double incomingBytes(Map<MetricName, ? extends Metric> metrics) {
    for (Map.Entry<MetricName, ? extends Metric> metric : metrics.entrySet()) {
      MetricName name = metric.getKey();
      if (name.name().equals(BYTES) && name.group().equals(GROUP)) {
        return (Double) metric.getValue().metricValue();
      }
    }
    throw new IllegalStateException("the consumer has no metric " + BYTES);
  }
}
