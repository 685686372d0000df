package dev.sluice.schemas.kafka;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.topics.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TopicListing;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Creates, checks and deletes Sluice's topics. Each call is idempotent and bounded in time.
 * Thread-safe.
 */
public final class TopicAdmin implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** How long a broker may take to hear of a topic that exists. */
  private static final Duration HEARSAY_LIMIT = Duration.ofSeconds(5);

  private static final int HEARSAY_PAUSE_MILLIS = 20;

  /** A record's key, headers and batch frame come on top of the largest value. */
  private static final int SLACK_BYTES = 1 << 20;

  private final Admin admin;
  private final TopicSettings topics;
  private final int recordMaxBytes;

  public TopicAdmin(KafkaSettings settings, TopicSettings topics) {
    Map<String, Object> config = settings.client("sluice-admin");
    config.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    config.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) LIMIT.toMillis());
    this.admin = Admin.create(config);
    this.topics = topics;
    this.recordMaxBytes = settings.recordMaxBytes();
  }

  /** Creates the topics that all workflows share, where they are missing. */
  public void ensureControlTopics() {
    List<NewTopic> wanted = new ArrayList<>();
    wanted.add(topic(TopicNames.WORKFLOWS, 1, ControlTopics.records()));
    wanted.add(topic(TopicNames.ROUTING_RULES, 1, ControlTopics.records()));
    wanted.add(topic(TopicNames.VDIFFS, 1, ControlTopics.vdiffs()));
    wanted.add(topic(TopicNames.ROUTER_ACKS, 1, ControlTopics.status()));
    wanted.add(topic(TopicNames.STATUS, 1, ControlTopics.status()));
    wanted.add(topic(TopicNames.WORK, ControlTopics.WORK_PARTITIONS, ControlTopics.work()));
    create(wanted);
    checkPartitions(
        Map.of(
            TopicNames.WORKFLOWS,
            1,
            TopicNames.VDIFFS,
            1,
            TopicNames.ROUTING_RULES,
            1,
            TopicNames.ROUTER_ACKS,
            1,
            TopicNames.STATUS,
            1,
            TopicNames.WORK,
            ControlTopics.WORK_PARTITIONS));
  }

  /**
   * Creates topics of a workflow, where they are missing: nothing in them expires by time or size.
   *
   * @param partitions by topic name
   * @throws SluiceException INVALID_CONFIGURATION when one exists with another number of partitions
   */
  public void createWorkflowTopics(Map<String, Integer> partitions) {
    List<NewTopic> wanted = new ArrayList<>();
    partitions.forEach(
        (name, count) -> wanted.add(topic(name, count, ControlTopics.workflow(maxMessageBytes()))));
    create(wanted);
    checkPartitions(partitions);
    keepForEver(partitions.keySet());
  }

  /**
   * Creates a workflow's compacted topic of one partition, where it is missing: the newest record
   * of each key stays.
   */
  public void createRequestsTopic(String name) {
    create(List.of(topic(name, 1, ControlTopics.requests())));
    checkPartitions(Map.of(name, 1));
  }

  /**
   * Creates the topics of a workflow's VDiffs, where they are missing.
   *
   * @param passing what is read at once and may go soon after
   * @param results compacted, one partition
   */
  public void createVDiffTopics(Collection<String> passing, int partitions, String results) {
    List<NewTopic> wanted = new ArrayList<>();
    passing.forEach(
        name -> wanted.add(topic(name, partitions, ControlTopics.passing(maxMessageBytes()))));
    wanted.add(topic(results, 1, ControlTopics.results(maxMessageBytes())));
    create(wanted);
  }

  /**
   * Makes sure that nothing in the topics expires by time or size, or is compacted away, whatever
   * somebody has set since they were created.
   *
   * @return names of the topics that had to be corrected
   */
  public Set<String> keepForEver(Collection<String> names) {
    List<ConfigResource> resources =
        names.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
    Map<ConfigResource, Config> found =
        get(admin.describeConfigs(resources).all(), "read the settings of " + names);
    Map<ConfigResource, Collection<AlterConfigOp>> wrong = new HashMap<>();
    Set<String> corrected = new TreeSet<>();
    found.forEach(
        (resource, config) ->
            ControlTopics.KEPT_FOR_EVER.forEach(
                (key, value) -> {
                  ConfigEntry entry = config.get(key);
                  if (entry == null || !value.equals(entry.value())) {
                    corrected.add(resource.name());
                    wrong
                        .computeIfAbsent(resource, r -> new ArrayList<>())
                        .add(
                            new AlterConfigOp(
                                new ConfigEntry(key, value), AlterConfigOp.OpType.SET));
                  }
                }));
    if (!wrong.isEmpty()) {
      get(admin.incrementalAlterConfigs(wrong).all(), "let " + corrected + " keep their records");
    }
    return corrected;
  }

  /** The ids that the brokers gave to topics: one that was deleted and made again has another. */
  public Map<String, String> ids(Collection<String> names) {
    Map<String, String> ids = new TreeMap<>();
    get(admin.describeTopics(names).allTopicNames(), "describe topics " + names)
        .forEach((name, topic) -> ids.put(name, topic.topicId().toString()));
    return ids;
  }

  /** The ids of those of the names that are topics now. */
  public Map<String, String> idsOfExisting(Collection<String> names) {
    Map<String, String> ids = new TreeMap<>();
    for (TopicListing topic : get(admin.listTopics().listings(), "list topics")) {
      if (names.contains(topic.name())) {
        ids.put(topic.name(), topic.topicId().toString());
      }
    }
    return ids;
  }

  /**
   * Deletes topics by the ids that the brokers gave them: one of the same name that was made since
   * stays. Those that are gone already are no error.
   */
  public void deleteTopicsById(Collection<String> ids) {
    if (ids.isEmpty()) {
      return;
    }
    admin
        .deleteTopics(TopicCollection.ofTopicIds(ids.stream().map(Uuid::fromString).toList()))
        .topicIdValues()
        .forEach(
            (id, future) -> ignoring(future, "delete topic " + id, UnknownTopicIdException.class));
  }

  /** Deletes, for good, every record before the offset given for each partition. */
  public void deleteRecords(Map<TopicPartition, Long> before) {
    if (before.isEmpty()) {
      return;
    }
    Map<TopicPartition, RecordsToDelete> records = new HashMap<>();
    before.forEach(
        (partition, offset) -> records.put(partition, RecordsToDelete.beforeOffset(offset)));
    get(admin.deleteRecords(records).all(), "delete applied records");
  }

  /** Largest message of a workflow's topics, bytes. */
  public int maxMessageBytes() {
    return recordMaxBytes + SLACK_BYTES;
  }

  /** Those of the names that are topics now, in order. */
  public Set<String> existing(Collection<String> names) {
    Set<String> found = new TreeSet<>(get(admin.listTopics().names(), "list topics"));
    found.retainAll(names);
    return found;
  }

  /** Topics that are there and have one of these names, as Kafka compares names; in order. */
  public Set<String> meeting(Collection<String> names) {
    Set<String> keys = new HashSet<>();
    names.forEach(name -> keys.add(TopicNames.collisionKey(name)));
    Set<String> found = new TreeSet<>(get(admin.listTopics().names(), "list topics"));
    found.removeIf(name -> !keys.contains(TopicNames.collisionKey(name)));
    return found;
  }

  /** Every topic whose name begins with the prefix, in order. */
  public Set<String> startingWith(String prefix) {
    Set<String> found = new TreeSet<>(get(admin.listTopics().names(), "list topics"));
    found.removeIf(name -> !name.startsWith(prefix));
    return found;
  }

  /** Deletes consumer groups; those that are gone already are no error. */
  public void deleteGroups(Collection<String> groups) {
    if (groups.isEmpty()) {
      return;
    }
    admin
        .deleteConsumerGroups(groups)
        .deletedGroups()
        .forEach(
            (group, future) ->
                ignoring(future, "delete group " + group, GroupIdNotFoundException.class));
  }

  /** Number of brokers in the cluster; fails when none answers. */
  public int brokers() {
    return get(admin.describeCluster().nodes(), "reach Kafka").size();
  }

  /** Replicas of a topic's first partition. */
  public int replicas(String topic) {
    return get(admin.describeTopics(List.of(topic)).allTopicNames(), "describe topic " + topic)
        .get(topic)
        .partitions()
        .get(0)
        .replicas()
        .size();
  }

  private NewTopic topic(String name, int partitions, Map<String, String> configs) {
    Map<String, String> all = new HashMap<>(configs);
    topics
        .minInsyncReplicas()
        .ifPresent(min -> all.put("min.insync.replicas", Integer.toString(min)));
    return new NewTopic(name, java.util.Optional.of(partitions), topics.replicationFactor())
        .configs(all);
  }

  private void create(List<NewTopic> wanted) {
    Set<String> names = get(admin.listTopics().names(), "list topics");
    List<NewTopic> missing =
        wanted.stream().filter(topic -> !names.contains(topic.name())).toList();
    if (missing.isEmpty()) {
      return;
    }
    admin
        .createTopics(missing)
        .values()
        .forEach(
            (name, future) -> ignoring(future, "create topic " + name, TopicExistsException.class));
  }

  /**
   * Describes topics that exist: a broker may not have heard yet of one that the cluster's
   * controller has just made.
   */
  private Map<String, TopicDescription> describeCreated(Set<String> names) {
    String action = "describe topics " + names;
    long deadline = System.nanoTime() + HEARSAY_LIMIT.toNanos();
    while (true) {
      try {
        return get(admin.describeTopics(names).allTopicNames(), action);
      } catch (SluiceException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
            || System.nanoTime() > deadline) {
          throw e;
        }
      }
      try {
        Thread.sleep(HEARSAY_PAUSE_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw KafkaErrors.classify(e, action);
      }
    }
  }

  private void checkPartitions(Map<String, Integer> wanted) {
    Map<String, TopicDescription> found = describeCreated(wanted.keySet());
    wanted.forEach(
        (name, count) -> {
          int actual = found.get(name).partitions().size();
          if (actual != count) {
            throw new SluiceException(
                ErrorCode.INVALID_CONFIGURATION,
                "topic " + name + " has " + actual + " partitions, but " + count + " are needed",
                "delete the topic if it is not in use, or choose another workflow name");
          }
        });
  }

  private static <T> void ignoring(
      KafkaFuture<T> future, String action, Class<? extends Throwable> expected) {
    try {
      get(future, action);
    } catch (SluiceException e) {
      if (!expected.isInstance(e.getCause())) {
        throw e;
      }
    }
  }

  private static <T> T get(KafkaFuture<T> future, String action) {
    try {
      return future.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw KafkaErrors.classify(e, action);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KafkaErrors.classify(e, action);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(5));
  }
}
