package dev.sluice.apply.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.apply.core.ApplyLimits;
import dev.sluice.apply.core.OpenCut;
import dev.sluice.apply.core.RowChange;
import dev.sluice.apply.core.Samples;
import dev.sluice.apply.core.StreamPlace;
import dev.sluice.schemas.avro.ChangeCodecs;
import dev.sluice.schemas.avro.WireChangeEncoder;
import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutCodec;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.OffsetRange;
import dev.sluice.schemas.registry.SchemaIds;
import dev.sluice.schemas.workflow.ApplierId;
import dev.sluice.schemas.workflow.Direction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KafkaCutFeedTest {

  private static final ApplierId APPLIER =
      new ApplierId("move", Samples.UUID, Direction.FORWARD, "-", 0);
  private static final TopicPartition JOURNAL = new TopicPartition("move.journal", 0);

  private final SchemaIds ids = new MemorySchemaIds();
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
  private final ShardPartitions partitions =
      new ShardPartitions(
          APPLIER, Samples.plan(List.of("-"), List.of("-"), "a", "b"), ChangeCodecs.wire(ids));
  private final CutCodec codec = new CutCodec("move.journal", ids);
  private final ApplyLimits limits = ApplyLimits.defaults();
  private final KafkaCutFeed feed =
      new KafkaCutFeed(
          consumer, codec, partitions, new FlowControl(partitions, limits), arrivals());
  private long cuts;

  private static CutArrivals arrivals() {
    return new CutArrivals(1, () -> 0, () -> 0);
  }

  /** Ids for schemas, without a registry. */
  private static final class MemorySchemaIds implements SchemaIds {
    private final List<Schema> schemas = new ArrayList<>();

    @Override
    public int register(String subject, Schema schema) {
      schemas.add(schema);
      return schemas.size() - 1;
    }

    @Override
    public Schema byId(int id) {
      return schemas.get(id);
    }
  }

  @BeforeEach
  void assign() {
    Map<TopicPartition, Long> zero = new HashMap<>();
    partitions.all().forEach(p -> zero.put(p, 0L));
    consumer.updateBeginningOffsets(zero);
    consumer.updateEndOffsets(zero);
    FeedConsumers.begin(consumer, partitions, List.of(StreamPlace.start(0)));
  }

  private void record(String table, long offset, long id, long seq) {
    TopicPartition partition = new TopicPartition("move." + table, 0);
    WireChangeEncoder encoder =
        new WireChangeEncoder(partition.topic(), Samples.schema(table), ids);
    Change change = Samples.change(Op.CREATE, id, id, seq);
    byte[] key = encoder.key(change);
    byte[] value = encoder.value(change);
    consumer.addRecord(
        new ConsumerRecord<>(
            partition.topic(),
            0,
            offset,
            0,
            TimestampType.CREATE_TIME,
            key.length,
            value.length,
            key,
            value,
            new RecordHeaders(),
            Optional.empty()));
  }

  private void cut(CutKind kind, long lastSeq, OffsetRange... ranges) {
    cuts++;
    Cut cut = Samples.cut("-", kind, 1, cuts, cuts == 1 ? 0 : 1, lastSeq, false, List.of(ranges));
    consumer.addRecord(
        new ConsumerRecord<>(JOURNAL.topic(), 0, cuts * 2, new byte[0], codec.encode(cut)));
  }

  private static OffsetRange range(String table, long first, long end, long count) {
    return new OffsetRange(table, 0, first, end, count, 100);
  }

  private List<Long> changesOfNextCut() {
    feed.fetch(Duration.ZERO);
    OpenCut open = feed.open(0, stream -> false);
    assertThat(open).isNotNull();
    List<Long> changes = new ArrayList<>();
    for (RowChange change = feed.next(); change != null; change = feed.next()) {
      changes.add((Long) change.change().key()[0]);
    }
    assertThat(feed.exhausted()).isTrue();
    return changes;
  }

  @Test
  void changesOfSeveralTablesComeInTheOrderOfTheSource() {
    record("a", 0, 1, 1);
    record("a", 1, 4, 4);
    record("b", 0, 2, 2);
    record("b", 1, 3, 3);
    cut(CutKind.STREAM, 4, range("a", 0, 2, 2), range("b", 0, 2, 2));

    assertThat(changesOfNextCut()).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void recordsOutsideTheRangesOfCutsDoNotExist() {
    record("a", 0, 100, 1);
    record("a", 1, 101, 2);
    record("a", 3, 1, 1);
    record("a", 5, 102, 2);
    record("a", 7, 2, 2);
    cut(CutKind.STREAM, 1, range("a", 3, 4, 1));
    cut(CutKind.STREAM, 2, range("a", 7, 8, 1));

    assertThat(changesOfNextCut()).containsExactly(1L);
    assertThat(changesOfNextCut()).containsExactly(2L);
  }

  @Test
  void aSmallCutIsOpenedOnlyWhenItsRecordsAreThere() {
    record("a", 0, 1, 1);
    cut(CutKind.STREAM, 2, range("a", 0, 2, 2));
    feed.fetch(Duration.ZERO);
    assertThat(feed.open(0, stream -> false)).isNull();

    record("a", 1, 2, 2);

    assertThat(changesOfNextCut()).containsExactly(1L, 2L);
  }

  @Test
  void missingRecordsAreAGapAndNeverSkipped() {
    record("a", 0, 1, 1);
    record("a", 5, 2, 2);
    cut(CutKind.STREAM, 2, range("a", 0, 3, 2));
    feed.fetch(Duration.ZERO);
    feed.open(0, stream -> false);
    feed.next();

    assertThatThrownBy(feed::next)
        .isInstanceOfSatisfying(
            SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.JOURNAL_GAP));
  }

  @Test
  void aPartitionIsSoughtBackToTheFirstRangeThatNamesIt() {
    consumer.seek(new TopicPartition("move.a", 0), 50);
    cut(CutKind.STREAM, 1, range("a", 10, 11, 1));
    feed.fetch(Duration.ZERO);
    assertThat(consumer.position(new TopicPartition("move.a", 0))).isEqualTo(10);

    record("a", 10, 7, 1);

    assertThat(changesOfNextCut()).containsExactly(7L);
  }

  @Test
  void theNextCutDoesNotSeekOverTheRecordsOfTheOpenOne() {
    int many = 10_003;
    OffsetRange big = new OffsetRange("a", 0, 0, many, many, 2 << 20);
    cut(CutKind.COPY, 1, big);
    feed.fetch(Duration.ZERO);
    assertThat(feed.open(0, stream -> false)).isNotNull();
    assertThat(feed.next()).isNull();

    cut(CutKind.COPY, 2, range("a", many + 1, many + 2, 1));
    feed.fetch(Duration.ZERO);

    assertThat(consumer.position(new TopicPartition("move.a", 0))).isZero();
    for (int i = 0; i < many; i++) {
      record("a", i, i, 1);
    }
    record("a", many + 1, many, 2);
    int taken = 0;
    while (!feed.exhausted()) {
      taken += feed.next() == null ? 0 : 1;
      feed.fetch(Duration.ZERO);
    }
    assertThat(taken).isEqualTo(many);
    assertThat(changesOfNextCut()).containsExactly((long) many);
  }

  @Test
  void anotherShardsRangesAreLeftAlone() {
    cut(CutKind.STREAM, 1, new OffsetRange("a", 1, 0, 1, 1, 100));

    assertThat(changesOfNextCut()).isEmpty();
  }

  @Test
  void aFullBufferIsPausedAndGoesOnWhenItHasBeenRead() {
    ApplyLimits small = new ApplyLimits(10, 100, 100, 100, 100, 10, Duration.ofSeconds(1));
    KafkaCutFeed bounded =
        new KafkaCutFeed(
            consumer, codec, partitions, new FlowControl(partitions, small), arrivals());
    for (int i = 0; i < 20; i++) {
      record("a", i, i, i + 1);
    }
    bounded.fetch(Duration.ZERO);
    bounded.fetch(Duration.ZERO);
    assertThat(consumer.paused()).contains(new TopicPartition("move.a", 0));

    cut(CutKind.STREAM, 20, range("a", 0, 20, 20));
    bounded.fetch(Duration.ZERO);
    bounded.open(0, stream -> false);
    int changes = 0;
    while (bounded.next() != null) {
      changes++;
    }
    assertThat(changes).isEqualTo(20);
    assertThat(bounded.exhausted()).isTrue();
    bounded.fetch(Duration.ZERO);
    assertThat(consumer.paused()).doesNotContain(new TopicPartition("move.a", 0));
  }
}
