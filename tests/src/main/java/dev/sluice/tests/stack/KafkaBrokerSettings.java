package dev.sluice.tests.stack;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Broker settings that do not depend on where the broker runs: one node, its own controller, large
 * messages.
 */
final class KafkaBrokerSettings {
  private static final String LARGEST_MESSAGE_BYTES = String.valueOf(64 * 1024 * 1024);
  private static final String LARGEST_REQUEST_BYTES = String.valueOf(128 * 1024 * 1024);

  private KafkaBrokerSettings() {}

  static Map<String, String> common() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", "1");
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("inter.broker.listener.name", "PLAINTEXT");
    settings.put(
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,LINK:PLAINTEXT");
    for (String topic :
        List.of("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")) {
      settings.put(topic + ".replication.factor", "1");
      settings.put(topic + ".num.partitions", "4");
    }
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("group.min.session.timeout.ms", "1000");
    settings.put("message.max.bytes", LARGEST_MESSAGE_BYTES);
    settings.put("replica.fetch.max.bytes", LARGEST_MESSAGE_BYTES);
    settings.put("replica.fetch.response.max.bytes", LARGEST_MESSAGE_BYTES);
    settings.put("socket.request.max.bytes", LARGEST_REQUEST_BYTES);
    // A killed broker may register again only when its last session is over: by default 9 seconds
    // later.
    settings.put("broker.session.timeout.ms", "3000");
    settings.put("broker.heartbeat.interval.ms", "500");
    settings.put("log.segment.delete.delay.ms", "1000");
    settings.put("auto.create.topics.enable", "false");
    return settings;
  }
}
