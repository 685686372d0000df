package dev.sluice.schemas.routing;

import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.kafka.TopicFollower;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.SluiceJson;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which routers are there and which epoch they act by. A router that has said nothing for five
 * seconds is not waited for: the fence gives safety, the router comfort. Thread-safe.
 */
public final class RouterAcks implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RouterAcks.class);
  private static final long ALIVE_NANOS = Duration.ofSeconds(5).toNanos();

  private record Heard(long rulesEpoch, long nanos) {}

  private final Map<String, Heard> routers = new HashMap<>();
  private final TopicFollower follower;

  public RouterAcks(KafkaSettings settings) {
    this.follower =
        new TopicFollower(settings, TopicNames.ROUTER_ACKS, "sluice-router-acks", this::read);
  }

  /** Begins to follow; call once. */
  public RouterAcks start() {
    follower.start();
    return this;
  }

  private void read(ConsumerRecord<String, byte[]> message, boolean live) {
    RouterAck ack = null;
    if (message.value() != null) {
      try {
        ack = SluiceJson.read(message.value(), RouterAck.class);
      } catch (UncheckedIOException e) {
        LOG.atWarn().setCause(e).log("a router's word cannot be read by this version");
        return;
      }
    }
    synchronized (routers) {
      if (ack == null) {
        routers.remove(message.key());
      } else if (live) {
        // of those that spoke before, nobody knows whether they are still there
        routers.put(message.key(), new Heard(ack.rulesEpoch(), System.nanoTime()));
      }
      routers.notifyAll();
    }
  }

  /** Routers that are there and do not act by the epoch yet, in order of name. */
  public Set<String> behind(long rulesEpoch) {
    synchronized (routers) {
      long now = System.nanoTime();
      routers.values().removeIf(heard -> now - heard.nanos() > ALIVE_NANOS);
      Set<String> behind = new TreeSet<>();
      routers.forEach(
          (name, heard) -> {
            if (heard.rulesEpoch() < rulesEpoch) {
              behind.add(name);
            }
          });
      return behind;
    }
  }

  /**
   * Waits until every router that is there acts by the epoch; not at all when there is none.
   *
   * @return those that did not in time, in order of name
   */
  public Set<String> await(long rulesEpoch, Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    synchronized (routers) {
      while (true) {
        Set<String> behind = behind(rulesEpoch);
        long left = end - System.nanoTime();
        if (behind.isEmpty() || left <= 0) {
          return behind;
        }
        TimeUnit.NANOSECONDS.timedWait(routers, Math.min(left, 100_000_000L));
      }
    }
  }

  @Override
  public void close() {
    follower.close();
  }
}
