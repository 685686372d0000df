package dev.sluice.tests.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.avro.WireChangeDecoder;
import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutCodec;
import dev.sluice.schemas.journal.OffsetRange;
import dev.sluice.schemas.workflow.TablePlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a stream's journal from its begin to its end and follows every cut, as an applier would.
 */
final class StreamReplay {

  private final CaptureRig rig;
  private final List<Cut> cuts = new ArrayList<>();
  private final Map<String, TreeMap<String, String>> rows = new HashMap<>();
  private final Map<String, Integer> gtids = new HashMap<>();
  private final List<Change> changes = new ArrayList<>();
  private final Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new HashMap<>();

  StreamReplay(CaptureRig rig) {
    this.rig = rig;
    CutCodec codec = new CutCodec(rig.names().journal(), rig.schemaIds);
    for (TablePlan table : rig.plan.tables()) {
      rows.put(table.name(), new TreeMap<>());
    }
    // the journal first, so that every record its cuts name is there
    for (ConsumerRecord<byte[], byte[]> record :
        read(new TopicPartition(rig.names().journal(), 0))) {
      cuts.add(codec.decode(record.value()));
    }
    for (TablePlan table : rig.plan.tables()) {
      for (int p = 0; p < rig.plan.partitions(); p++) {
        TopicPartition partition = new TopicPartition(rig.names().data(table.name()), p);
        records.put(partition, read(partition));
      }
    }
    Cut last = null;
    for (Cut cut : cuts) {
      assertThat(
              cut.follows(last == null ? 0 : last.captureEpoch(), last == null ? 0 : last.number()))
          .as("cut %s follows %s", cut, last)
          .isTrue();
      apply(cut);
      last = cut;
    }
  }

  private void apply(Cut cut) {
    record Placed(String table, Change change) {}
    List<Placed> placed = new ArrayList<>();
    for (OffsetRange range : cut.ranges()) {
      WireChangeDecoder decoder =
          new WireChangeDecoder(
              rig.plan.withShapes(cut.shapes()).table(range.table()).schema(), rig.schemaIds);
      TopicPartition partition =
          new TopicPartition(rig.names().data(range.table()), range.partition());
      long count = 0;
      for (ConsumerRecord<byte[], byte[]> record : records.get(partition)) {
        if (record.offset() >= range.first() && record.offset() < range.end()) {
          placed.add(new Placed(range.table(), decoder.decode(record.key(), record.value())));
          count++;
        }
      }
      assertThat(count).as("records of %s in cut %s", range, cut.number()).isEqualTo(range.count());
    }
    placed.sort(Comparator.comparingLong(p -> p.change().seq()));
    placed.stream()
        .map(p -> p.change().source().gtid())
        .filter(gtid -> gtid != null)
        .distinct()
        .forEach(gtid -> gtids.merge(gtid, 1, Integer::sum));
    for (Placed p : placed) {
      changes.add(p.change());
      assertThat(p.change().seq()).isLessThanOrEqualTo(cut.lastSeq());
      TreeMap<String, String> table = rows.get(p.table());
      String key = text(p.change().key());
      if (p.change().op() == Op.DELETE) {
        table.remove(key);
      } else {
        table.put(key, text(p.change().after()));
      }
    }
  }

  private List<ConsumerRecord<byte[], byte[]>> read(TopicPartition partition) {
    Map<String, Object> config = rig.kafka.client("replay");
    config.put("isolation.level", "read_committed");
    config.put("auto.offset.reset", "none");
    config.put("key.deserializer", ByteArrayDeserializer.class);
    config.put("value.deserializer", ByteArrayDeserializer.class);
    List<ConsumerRecord<byte[], byte[]>> result = new ArrayList<>();
    try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(config)) {
      consumer.assign(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      consumer.seekToBeginning(List.of(partition));
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(200)).forEach(result::add);
      }
    }
    return result;
  }

  static String text(Object[] values) {
    StringBuilder out = new StringBuilder();
    for (Object value : values) {
      out.append(value instanceof byte[] bytes ? "0x" + HexFormat.of().formatHex(bytes) : value)
          .append('|');
    }
    return out.toString();
  }

  List<Cut> cuts() {
    return cuts;
  }

  Cut lastCut() {
    return cuts.get(cuts.size() - 1);
  }

  boolean consistent() {
    return !cuts.isEmpty() && lastCut().consistent();
  }

  boolean hasMarker(String token) {
    return cuts.stream()
        .anyMatch(cut -> cut.markers().stream().anyMatch(m -> m.token().equals(token)));
  }

  /** In how many cuts each source transaction lies. */
  Map<String, Integer> gtids() {
    return gtids;
  }

  List<Change> changes() {
    return changes;
  }

  /** Rows of a table by key, as texts. */
  Map<String, String> rows(String table) {
    return rows.get(table);
  }
}
