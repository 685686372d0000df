package dev.sluice.vdiff.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.vdiff.RowClass;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.vdiff.topology.ChunkDigests.Part;
import dev.sluice.vdiff.topology.Outcome.DifferingKey;
import dev.sluice.vdiff.topology.RowBatch.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The topology alone, in any order of arrival. */
class VDiffTopologyTest {

  private static final TopicNames NAMES = TopicNames.of("w", Direction.FORWARD);

  private TopologyTestDriver driver;
  private TestInputTopic<String, ChunkDigests> digests;
  private TestInputTopic<String, RowBatch> rows;
  private TestOutputTopic<String, Outcome> outcomes;

  @BeforeEach
  void start() {
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "nowhere:1");
    driver = new TopologyTestDriver(VDiffTopology.of(NAMES, 1 << 20), config);
    digests =
        driver.createInputTopic(
            NAMES.vdiffDigests(),
            new StringSerializer(),
            new JsonSerde<>(ChunkDigests.class).serializer());
    rows =
        driver.createInputTopic(
            NAMES.vdiffRows(),
            new StringSerializer(),
            new JsonSerde<>(RowBatch.class).serializer());
    outcomes =
        driver.createOutputTopic(
            NAMES.vdiffOutcomes(),
            new StringDeserializer(),
            new JsonSerde<>(Outcome.class).deserializer());
  }

  @AfterEach
  void close() {
    driver.close();
  }

  private static ChunkDigests chunk(String attempt, Side side, String shard, Part... parts) {
    return new ChunkDigests(attempt, side, shard, 1, 2, List.of(parts));
  }

  @Test
  void shardsOfASideAreTakenTogether() {
    digests.pipeInput("a", chunk("a", Side.TARGET, "-80", new Part(0, 2, "0f", 0)));
    digests.pipeInput("a", chunk("a", Side.SOURCE, "-", new Part(0, 3, "ff", 0)));
    assertThat(outcomes.isEmpty()).isTrue();
    // the same once more, as after a resend
    digests.pipeInput("a", chunk("a", Side.TARGET, "-80", new Part(0, 2, "0f", 0)));
    assertThat(outcomes.isEmpty()).isTrue();
    digests.pipeInput("a", chunk("a", Side.TARGET, "80-", new Part(0, 1, "f0", 0)));
    Outcome outcome = outcomes.readValue();
    assertThat(outcome.differing()).isEmpty();
    assertThat(outcome.rows()).containsEntry("target/-80", 2L).containsEntry("source/-", 3L);
    assertThat(driver.getKeyValueStore(CompareDigests.STORE).approximateNumEntries()).isZero();
  }

  @Test
  void aRowOnTheWrongShardDiffersThoughTheSumsAgree() {
    digests.pipeInput("a", chunk("a", Side.SOURCE, "-", new Part(0, 1, "1", 0)));
    digests.pipeInput("a", chunk("a", Side.TARGET, "-80", new Part(0, 1, "1", 1)));
    digests.pipeInput("a", chunk("a", Side.TARGET, "80-"));
    assertThat(outcomes.readValue().differing()).containsExactly(0);
  }

  @Test
  void twoEqualRowsTooManyDoNotCancelOut() {
    digests.pipeInput("a", chunk("a", Side.SOURCE, "-", new Part(3, 0, "0", 0)));
    digests.pipeInput("a", chunk("a", Side.TARGET, "-80", new Part(3, 1, "5", 0)));
    digests.pipeInput("a", chunk("a", Side.TARGET, "80-", new Part(3, 1, "5", 0)));
    assertThat(outcomes.readValue().differing()).containsExactly(3);
  }

  @Test
  void attemptsDoNotMeet() {
    digests.pipeInput("a", chunk("a", Side.SOURCE, "-", new Part(0, 1, "1", 0)));
    digests.pipeInput("b", chunk("b", Side.TARGET, "-80", new Part(0, 1, "1", 0)));
    digests.pipeInput("b", chunk("b", Side.TARGET, "80-"));
    assertThat(outcomes.isEmpty()).isTrue();
  }

  @Test
  void whatIsGivenUpIsForgotten() {
    digests.pipeInput("a", chunk("a", Side.SOURCE, "-", new Part(0, 1, "1", 0)));
    rows.pipeInput(
        "r",
        new RowBatch(
            "r", Side.SOURCE, "-", 1, 2, 0, true, List.of(new Row(List.of("1"), "x", false))));
    driver.advanceWallClockTime(CompareDigests.FORGET_AFTER.plus(Duration.ofMinutes(2)));
    assertThat(driver.getKeyValueStore(CompareDigests.STORE).approximateNumEntries()).isZero();
    assertThat(driver.getKeyValueStore(CompareRows.ROWS).approximateNumEntries()).isZero();
    assertThat(driver.getKeyValueStore(CompareRows.ENDS).approximateNumEntries()).isZero();
  }

  /** Against a model that knows what was planted; batches of shards arrive mixed and repeated. */
  @Test
  void everyKeyIsPutIntoItsClass() {
    for (long seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      Map<List<String>, RowClass> planted = new HashMap<>();
      Map<String, List<Row>> byShard = new HashMap<>();
      int size = random.nextInt(40);
      for (int i = 0; i < size; i++) {
        List<String> key = List.of(Integer.toString(i), random.nextBoolean() ? "" : "k");
        RowClass rowClass = RowClass.values()[random.nextInt(RowClass.values().length)];
        planted.put(key, rowClass);
        plant(byShard, key, rowClass);
      }
      String attempt = "s" + seed;
      feed(attempt, byShard, random);
      Outcome outcome = outcomes.readValue();
      Map<List<String>, RowClass> found = new HashMap<>();
      for (DifferingKey key : outcome.keys()) {
        found.put(key.key(), key.rowClass());
      }
      long matching = planted.values().stream().filter(RowClass.MATCHING::equals).count();
      planted.values().removeIf(RowClass.MATCHING::equals);
      assertThat(found).as("seed %s", seed).isEqualTo(planted);
      assertThat(outcome.matching()).as("seed %s", seed).isEqualTo(matching);
      assertThat(outcomes.isEmpty()).isTrue();
      assertThat(driver.getKeyValueStore(CompareRows.ROWS).approximateNumEntries()).isZero();
    }
  }

  /** The copy that came last must not stand for both. */
  @Test
  void aKeyThatOneShardHoldsTwiceIsDuplicated() {
    for (List<String> digests : List.of(List.of("stale", "aa"), List.of("aa", "stale"))) {
      String attempt = "twice " + digests;
      List<Row> two = digests.stream().map(d -> new Row(List.of("1"), d, false)).toList();
      rows.pipeInput(attempt, new RowBatch(attempt, Side.TARGET, "-80", 1, 2, 0, true, two));
      rows.pipeInput(
          attempt,
          new RowBatch(
              attempt,
              Side.SOURCE,
              "-",
              1,
              2,
              0,
              true,
              List.of(new Row(List.of("1"), "aa", false))));
      rows.pipeInput(attempt, new RowBatch(attempt, Side.TARGET, "80-", 1, 2, 0, true, List.of()));
      assertThat(outcomes.readValue().keys())
          .containsExactly(
              new DifferingKey(RowClass.DUPLICATED, List.of("1"), List.of("-"), List.of("-80")));
    }
  }

  private static void plant(Map<String, List<Row>> byShard, List<String> key, RowClass rowClass) {
    if (rowClass != RowClass.EXTRA_TARGET) {
      add(byShard, "source/-", new Row(key, "aa", false));
    }
    if (rowClass != RowClass.EXTRA_SOURCE) {
      String digest = rowClass == RowClass.MISMATCHED ? "bb" : "aa";
      boolean misplaced = rowClass == RowClass.MISPLACED;
      add(byShard, misplaced ? "target/80-" : "target/-80", new Row(key, digest, misplaced));
    }
    if (rowClass == RowClass.DUPLICATED) {
      boolean oneShard = key.get(1).isEmpty();
      add(byShard, oneShard ? "target/-80" : "target/80-", new Row(key, "aa", !oneShard));
    }
  }

  private static void add(Map<String, List<Row>> byShard, String shard, Row row) {
    byShard.computeIfAbsent(shard, unused -> new ArrayList<>()).add(row);
  }

  private void feed(String attempt, Map<String, List<Row>> byShard, Random random) {
    List<RowBatch> next = new ArrayList<>();
    Map<String, List<RowBatch>> waiting = new HashMap<>();
    for (String shard : List.of("source/-", "target/-80", "target/80-")) {
      List<Row> all = byShard.getOrDefault(shard, List.of());
      List<RowBatch> batches = new ArrayList<>();
      int number = 0;
      for (int from = 0; from == 0 || from < all.size(); from += 7) {
        int to = Math.min(all.size(), from + 7);
        String[] parts = shard.split("/");
        batches.add(
            new RowBatch(
                attempt,
                Side.of(parts[0]),
                parts[1],
                1,
                2,
                number++,
                to == all.size(),
                all.subList(from, to)));
      }
      waiting.put(shard, batches);
    }
    List<String> order = new ArrayList<>();
    waiting.forEach((shard, batches) -> batches.forEach(batch -> order.add(shard)));
    Collections.shuffle(order, random);
    order.forEach(shard -> next.add(waiting.get(shard).remove(0)));
    RowBatch before = null;
    for (RowBatch batch : next) {
      rows.pipeInput(attempt, batch);
      if (before != null
          && random.nextInt(3) == 0
          && !Arrays.asList(next.get(next.size() - 1)).contains(batch)) {
        rows.pipeInput(attempt, before);
      }
      before = batch;
    }
  }
}
