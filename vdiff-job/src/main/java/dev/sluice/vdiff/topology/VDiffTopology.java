package dev.sluice.vdiff.topology;

import dev.sluice.schemas.topics.TopicNames;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Digests and rows in, outcomes out, both keyed by attempt. Its state holds the chunks in flight
 * only, in memory, and comes back from changelogs when a process is lost.
 */
public final class VDiffTopology {

  private VDiffTopology() {}

  /**
   * The topology of one workflow's VDiffs.
   *
   * @param maxMessageBytes of the changelogs
   */
  public static Topology of(TopicNames names, int maxMessageBytes) {
    Serde<String> text = Serdes.String();
    Map<String, String> changelog =
        Map.of("max.message.bytes", Integer.toString(maxMessageBytes), "segment.ms", "600000");
    return new Topology()
        .addSource(
            "digests",
            text.deserializer(),
            new JsonSerde<>(ChunkDigests.class).deserializer(),
            names.vdiffDigests())
        .addSource(
            "rows",
            text.deserializer(),
            new JsonSerde<>(RowBatch.class).deserializer(),
            names.vdiffRows())
        .addProcessor("compare-digests", CompareDigests::new, "digests")
        .addProcessor("compare-rows", CompareRows::new, "rows")
        .addStateStore(
            store(CompareDigests.STORE, CompareDigests.Gathered.class, changelog),
            "compare-digests")
        .addStateStore(store(CompareRows.ROWS, RowBatch.class, changelog), "compare-rows")
        .addStateStore(store(CompareRows.ENDS, CompareRows.Ends.class, changelog), "compare-rows")
        .addSink(
            "outcomes",
            names.vdiffOutcomes(),
            text.serializer(),
            new JsonSerde<>(Outcome.class).serializer(),
            "compare-digests",
            "compare-rows");
  }

  private static <T> StoreBuilder<KeyValueStore<String, T>> store(
      String name, Class<T> type, Map<String, String> changelog) {
    return Stores.keyValueStoreBuilder(
            Stores.inMemoryKeyValueStore(name), Serdes.String(), new JsonSerde<>(type))
        .withLoggingEnabled(changelog);
  }
}
