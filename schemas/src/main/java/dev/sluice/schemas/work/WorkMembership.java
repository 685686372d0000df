package dev.sluice.schemas.work;

import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.topics.TopicNames;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's membership in the group of a role: which partitions of {@code sluice.work}, and so
 * which units of work, are its own. A process that dies or freezes loses them after 6 s.
 *
 * <p>Ownership only says who should work; that nobody else still writes is what fencing is for.
 */
public final class WorkMembership implements AutoCloseable {

  /** Called on the membership's thread. */
  public interface Listener {

    /** These partitions are this process's own from now on. */
    void assigned(Set<Integer> partitions);

    /** These are to be given up; returns when their units have stopped, within 10 s. */
    void revoked(Set<Integer> partitions);
  }

  private static final Logger LOG = LoggerFactory.getLogger(WorkMembership.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final long PAUSE_AFTER_ERROR_MILLIS = 1_000;

  private final String role;
  private final Map<String, Object> config;
  private final Listener listener;
  private final BooleanSupplier fit;
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Set<Integer> owned = new HashSet<>();
  private volatile KafkaConsumer<byte[], byte[]> consumer;
  private volatile boolean joined;
  private volatile Instant stateSince = Instant.now();

  public WorkMembership(KafkaSettings settings, String role, Listener listener) {
    this(settings, role, listener, () -> true);
  }

  /**
   * @param fit false while this process could not do the work: then it is no member, and others get
   *     what was its own
   */
  public WorkMembership(
      KafkaSettings settings, String role, Listener listener, BooleanSupplier fit) {
    this.fit = fit;
    this.role = role;
    this.listener = listener;
    this.config = settings.client("sluice-work-" + role);
    config.put(ConsumerConfig.GROUP_ID_CONFIG, TopicNames.workGroup(role));
    config.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        List.of(CooperativeStickyAssignor.class));
    config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000);
    config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1_000);
    config.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, 30_000);
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    this.thread = new Thread(this::run, "work-" + role);
    thread.setDaemon(true);
  }

  public WorkMembership start() {
    thread.start();
    return this;
  }

  public String role() {
    return role;
  }

  /** True once this process is a member and knows what is its own, even if that is nothing. */
  public boolean joined() {
    return joined;
  }

  /** When {@link #joined} last changed. */
  public Instant stateSince() {
    return stateSince;
  }

  private void run() {
    while (closed.getCount() > 0) {
      if (!fit.getAsBoolean()) {
        pause();
        continue;
      }
      try (KafkaConsumer<byte[], byte[]> opened =
          new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        consumer = opened;
        opened.subscribe(List.of(TopicNames.WORK), new Rebalance(opened));
        while (closed.getCount() > 0 && fit.getAsBoolean()) {
          opened.poll(POLL);
        }
      } catch (WakeupException | InterruptException e) {
        LOG.atDebug().addKeyValue("role", role).log("membership woken to close");
      } catch (KafkaException e) {
        LOG.atWarn().addKeyValue("role", role).setCause(e).log("membership broke; joining again");
        pause();
      } finally {
        consumer = null;
        giveUp(Set.copyOf(owned));
        joined(false);
      }
    }
  }

  private void pause() {
    try {
      if (closed.await(PAUSE_AFTER_ERROR_MILLIS, TimeUnit.MILLISECONDS)) {
        LOG.atDebug().addKeyValue("role", role).log("closed while joining");
      }
    } catch (InterruptedException e) {
      closed.countDown();
    }
  }

  private void joined(boolean now) {
    if (joined != now) {
      joined = now;
      stateSince = Instant.now();
    }
  }

  private void giveUp(Set<Integer> partitions) {
    owned.removeAll(partitions);
    if (!partitions.isEmpty()) {
      listener.revoked(partitions);
    }
  }

  private final class Rebalance implements ConsumerRebalanceListener {

    private final KafkaConsumer<byte[], byte[]> of;

    private Rebalance(KafkaConsumer<byte[], byte[]> of) {
      this.of = of;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> added) {
      // the topic holds nothing: a paused partition costs no fetches
      of.pause(added);
      Set<Integer> numbers = numbers(added);
      owned.addAll(numbers);
      joined(true);
      LOG.atInfo()
          .addKeyValue("role", role)
          .addKeyValue("owned", owned.size())
          .log("work assigned");
      listener.assigned(numbers);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
      giveUp(numbers(revoked));
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> lost) {
      LOG.atWarn()
          .addKeyValue("role", role)
          .addKeyValue("lost", lost.size())
          .log("work lost to others");
      giveUp(numbers(lost));
    }

    private Set<Integer> numbers(Collection<TopicPartition> partitions) {
      Set<Integer> numbers = new HashSet<>();
      partitions.forEach(partition -> numbers.add(partition.partition()));
      return numbers;
    }
  }

  /** Leaves the group, after the units have stopped; waits at most 20 s. */
  @Override
  public void close() {
    closed.countDown();
    KafkaConsumer<byte[], byte[]> current = consumer;
    if (current != null) {
      current.wakeup();
    }
    try {
      thread.join(20_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
