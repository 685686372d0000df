package dev.sluice.apply.feed;

import dev.sluice.apply.core.OpenCut;
import dev.sluice.schemas.avro.ChangeCodecs;
import dev.sluice.schemas.journal.OffsetRange;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.ApplierId;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.TablePlan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * The partitions that one applier reads (I1), and what has been read from them ahead. Not
 * thread-safe.
 */
final class ShardPartitions {

  private final List<TopicPartition> journals = new ArrayList<>();
  private final List<Deque<OpenCut>> queues = new ArrayList<>();
  private final List<PartitionBuffer> buffers = new ArrayList<>();
  private final List<Map<String, PartitionBuffer>> byTable = new ArrayList<>();
  private final int number;
  private final int appliers;

  ShardPartitions(ApplierId applier, MovePlan plan, ChangeCodecs codecs) {
    TopicNames topics = TopicNames.of(applier.workflow(), applier.direction());
    this.number = applier.number();
    this.appliers = plan.writtenShards(applier.direction()).size();
    int streams = plan.readShards(applier.direction()).size();
    for (int stream = 0; stream < streams; stream++) {
      journals.add(new TopicPartition(topics.journal(), stream));
      queues.add(new ArrayDeque<>());
      Map<String, PartitionBuffer> ofStream = new HashMap<>();
      int partition = plan.partition(applier.direction(), stream, applier.number());
      for (int i = 0; i < plan.tables().size(); i++) {
        TablePlan table = plan.tables().get(i);
        PartitionBuffer buffer =
            new PartitionBuffer(
                new TopicPartition(topics.data(table.name()), partition),
                stream,
                i,
                codecs.decoder(topics.data(table.name()), table.schema()));
        buffers.add(buffer);
        ofStream.put(table.name(), buffer);
      }
      byTable.add(ofStream);
    }
  }

  int streams() {
    return journals.size();
  }

  TopicPartition journal(int stream) {
    return journals.get(stream);
  }

  List<TopicPartition> journals() {
    return journals;
  }

  /** Cuts of the stream that have been read and not opened. */
  Deque<OpenCut> queue(int stream) {
    return queues.get(stream);
  }

  List<PartitionBuffer> buffers() {
    return buffers;
  }

  /** The buffer that a range of the stream's cut belongs to; null when it is another shard's. */
  PartitionBuffer find(int stream, OffsetRange range) {
    PartitionBuffer buffer = byTable.get(stream).get(range.table());
    return buffer != null && buffer.partition().partition() == range.partition() ? buffer : null;
  }

  /**
   * True when this applier is the one that commits the journal's offsets to the group: all appliers
   * read a journal, and with several writers its offset would jump between their places.
   */
  boolean commitsJournal(int stream) {
    return stream % appliers == number;
  }

  /** Partitions whose offsets this applier commits to the group. */
  List<TopicPartition> committed() {
    List<TopicPartition> committed = new ArrayList<>();
    for (int stream = 0; stream < journals.size(); stream++) {
      if (commitsJournal(stream)) {
        committed.add(journals.get(stream));
      }
    }
    buffers.forEach(b -> committed.add(b.partition()));
    return committed;
  }

  List<TopicPartition> all() {
    List<TopicPartition> all = new ArrayList<>(journals);
    buffers.forEach(b -> all.add(b.partition()));
    return all;
  }
}
