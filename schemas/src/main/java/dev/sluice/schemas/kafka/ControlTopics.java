package dev.sluice.schemas.kafka;

import java.util.HashMap;
import java.util.Map;

/** How each kind of topic is configured. */
public final class ControlTopics {

  /** Partitions of {@code sluice.work}; units of work are spread over them. */
  public static final int WORK_PARTITIONS = 64;

  /** Largest workflow record, bytes: the plan of a move of many tables carries their DDL. */
  public static final int RECORD_MAX_BYTES = 16 << 20;

  /** What lets a topic keep every record until it is deleted on purpose. */
  static final Map<String, String> KEPT_FOR_EVER =
      Map.of("cleanup.policy", "delete", "retention.ms", "-1", "retention.bytes", "-1");

  private ControlTopics() {}

  static Map<String, String> records() {
    return Map.of(
        "cleanup.policy",
        "compact",
        "max.message.bytes",
        Integer.toString(RECORD_MAX_BYTES + (1 << 20)));
  }

  /** Written once a second a unit and read from its beginning by each start: compacted early. */
  static Map<String, String> status() {
    return Map.of(
        "cleanup.policy", "compact",
        "segment.bytes", Integer.toString(4 << 20),
        "segment.ms", "600000",
        "min.cleanable.dirty.ratio", "0.1",
        "max.compaction.lag.ms", "600000",
        "delete.retention.ms", "3600000");
  }

  /** As the status, with room for samples of rows. */
  static Map<String, String> vdiffs() {
    Map<String, String> settings = new HashMap<>(status());
    settings.put("max.message.bytes", Integer.toString(RECORD_MAX_BYTES + (1 << 20)));
    return settings;
  }

  /** Read within minutes, of no use afterwards. */
  static Map<String, String> passing(int maxMessageBytes) {
    return Map.of(
        "cleanup.policy", "delete",
        "retention.ms", "3600000",
        "segment.ms", "600000",
        "max.message.bytes", Integer.toString(maxMessageBytes));
  }

  static Map<String, String> results(int maxMessageBytes) {
    return Map.of(
        "cleanup.policy", "compact", "max.message.bytes", Integer.toString(maxMessageBytes));
  }

  static Map<String, String> work() {
    return Map.of("cleanup.policy", "delete");
  }

  /** Read from its beginning by each start of a unit; the newest word on each request is kept. */
  static Map<String, String> requests() {
    return Map.of(
        "cleanup.policy", "compact",
        "segment.bytes", Integer.toString(4 << 20),
        "segment.ms", "600000",
        "min.cleanable.dirty.ratio", "0.1");
  }

  static Map<String, String> workflow(int maxMessageBytes) {
    Map<String, String> settings = new HashMap<>(KEPT_FOR_EVER);
    settings.put("max.message.bytes", Integer.toString(maxMessageBytes));
    return settings;
  }
}
