package dev.sluice.tests.e2e;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/** What the broker says of a workflow's topics. */
final class KafkaOffsets {

  private final Move move;

  KafkaOffsets(Move move) {
    this.move = move;
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", move.stack.kafka().bootstrapServers()));
  }

  /** The data topics' names. */
  Set<String> dataTopics() {
    Set<String> topics = new HashSet<>();
    Move.TABLES.forEach(table -> topics.add(move.topics().data(table)));
    return topics;
  }

  /** First offset of every data partition that ever had a record, and of the journal. */
  Map<TopicPartition, Long> beginnings() throws ExecutionException, InterruptedException {
    return offsets(OffsetSpec.earliest(), dataAndJournal());
  }

  Map<TopicPartition, Long> ends() throws ExecutionException, InterruptedException {
    return ends(dataAndJournal());
  }

  /** Where topics end. */
  Map<TopicPartition, Long> ends(Collection<String> topics)
      throws ExecutionException, InterruptedException {
    return offsets(OffsetSpec.latest(), topics);
  }

  private Set<String> dataAndJournal() {
    Set<String> topics = dataTopics();
    topics.add(move.topics().journal());
    return topics;
  }

  private Map<TopicPartition, Long> offsets(OffsetSpec spec, Collection<String> topics)
      throws ExecutionException, InterruptedException {
    try (Admin admin = admin()) {
      Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
      admin
          .describeTopics(topics)
          .allTopicNames()
          .get()
          .forEach(
              (name, topic) ->
                  topic
                      .partitions()
                      .forEach(p -> wanted.put(new TopicPartition(name, p.partition()), spec)));
      Map<TopicPartition, Long> found = new HashMap<>();
      admin.listOffsets(wanted).all().get().forEach((p, info) -> found.put(p, info.offset()));
      return found;
    }
  }

  String setting(String topic, String key) throws ExecutionException, InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try (Admin admin = admin()) {
      return admin.describeConfigs(List.of(resource)).all().get().get(resource).get(key).value();
    }
  }

  void set(String topic, String key, String value) throws ExecutionException, InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try (Admin admin = admin()) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  resource,
                  List.of(
                      new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }
}
