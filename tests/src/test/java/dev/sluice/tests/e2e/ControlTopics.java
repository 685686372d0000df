package dev.sluice.tests.e2e;

import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.tests.stack.Stack;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Removes what a failed test left in the topics that all tests share. */
final class ControlTopics {

  private final Stack stack;

  ControlTopics(Stack stack) {
    this.stack = stack;
  }

  /** Makes later servers know nothing of a workflow. */
  void forget(String workflow) throws InterruptedException, ExecutionException {
    Map<String, Object> config =
        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, stack.kafka().bootstrapServers());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      byte[] key = workflow.getBytes(StandardCharsets.UTF_8);
      producer.send(new ProducerRecord<>(TopicNames.WORKFLOWS, key, null)).get();
    }
  }
}
