package dev.sluice.vdiff.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mysql.digest.KeyBounds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChunkTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final TableScan table = new TableScan("t", null, (name, upTo) -> {});

  private static List<String> key(int key) {
    return List.of(Integer.toString(key));
  }

  @Test
  void partsFollowOneAnotherFromTheCursor() {
    assertThat(table.take(List.of(key(5), key(9))).ranges())
        .containsExactly(new KeyBounds(null, key(5)), new KeyBounds(key(5), key(9)));
    assertThat(table.cursor()).isEqualTo(key(9));
    assertThat(table.take(List.of(key(12))).ranges())
        .containsExactly(new KeyBounds(key(9), key(12)));
    Chunk last = table.take(List.of());
    assertThat(last.ranges()).containsExactly(new KeyBounds(key(12), null));
    assertThat(last.bounds()).isEqualTo(new KeyBounds(key(12), null));
    assertThat(table.exhausted()).isTrue();
  }

  @Test
  void aChunkGivenBackIsComparedWholeAgain() {
    Chunk chunk = table.take(List.of(key(5), key(9)));
    chunk.parts(new Chunk.Tally(Map.of(0, 2L, 1, 4L), Map.of(0, 1L, 1, 2L)));
    assertThat(chunk.narrow(List.of(1))).isEqualTo(4);
    assertThat(chunk.ranges()).containsExactly(new KeyBounds(key(5), key(9)));
    assertThat(chunk.again().ranges()).hasSize(2);
    assertThat(chunk.again().result("u", NOW).matching()).isZero();
  }

  /** Whatever differs, each row of the side with the traffic is either matching or sent. */
  @Test
  void everyRowIsCountedOnce() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      List<List<String>> bounds = new ArrayList<>();
      Map<Integer, Long> parts = new HashMap<>();
      int count = 1 + random.nextInt(20);
      for (int part = 0; part < count; part++) {
        bounds.add(key(part));
        parts.put(part, (long) random.nextInt(1_000));
      }
      Chunk chunk = table.take(bounds);
      chunk.parts(new Chunk.Tally(doubled(parts), parts));
      List<Integer> differing = some(random, count);
      chunk.narrow(differing);
      assertThat(chunk.everyRange()).hasSize(differing.size());

      Map<Integer, Long> buckets = new HashMap<>();
      for (int range = 0; range < differing.size(); range++) {
        long rows = parts.get(differing.get(range));
        buckets.put(range * 2, rows / 3);
        buckets.put(range * 2 + 1, rows - rows / 3);
      }
      chunk.buckets(2, new Chunk.Tally(doubled(buckets), buckets));
      List<Integer> differingBuckets = some(random, buckets.size());
      chunk.group(differingBuckets, 500);
      List<Integer> sent = new ArrayList<>();
      while (chunk.hasGroups()) {
        sent.addAll(chunk.nextGroup());
      }
      assertThat(sent).as("seed %s", seed).isEqualTo(differingBuckets);
      long rowsSent = sent.stream().mapToLong(buckets::get).sum();
      assertThat(chunk.result("u", NOW).matching() + rowsSent)
          .as("seed %s", seed)
          .isEqualTo(parts.values().stream().mapToLong(Long::longValue).sum());
    }
  }

  private static Map<Integer, Long> doubled(Map<Integer, Long> rows) {
    Map<Integer, Long> doubled = new HashMap<>();
    rows.forEach((part, count) -> doubled.put(part, 2 * count));
    return doubled;
  }

  private static List<Integer> some(Random random, int count) {
    List<Integer> some = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (random.nextInt(3) == 0) {
        some.add(i);
      }
    }
    return some.isEmpty() ? List.of(count - 1) : some;
  }
}
