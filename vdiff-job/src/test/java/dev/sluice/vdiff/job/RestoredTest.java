package dev.sluice.vdiff.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.vdiff.RowClass;
import dev.sluice.schemas.workflow.SluiceJson;
import dev.sluice.vdiff.topology.Outcome.DifferingKey;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RestoredTest {

  private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant LATER = Instant.parse("2026-01-02T00:00:00Z");

  private final Restored restored = new Restored();

  private static ChunkResult chunk(long number, String after, String upTo, Instant moment) {
    return new ChunkResult(
        "u",
        "open",
        number,
        after == null ? null : List.of(after),
        upTo == null ? null : List.of(upTo),
        moment,
        Map.of("source/-", 10L),
        9,
        Map.of(RowClass.MISMATCHED, 1L),
        List.of(
            new DifferingKey(
                RowClass.MISMATCHED, List.of("k" + number), List.of("-"), List.of("-"))),
        List.of(),
        false);
  }

  private void take(ChunkResult chunk) {
    restored.take(chunk.key(), SluiceJson.write(chunk));
  }

  private void threeChunks() {
    take(chunk(0, null, "10", THEN));
    take(chunk(1, "10", "20", THEN));
    take(chunk(2, "20", null, THEN));
    take(chunk(ChunkResult.APART, null, null, THEN));
    LeftKeys left = new LeftKeys("open");
    left.leaveOut(List.of(List.of("5"), List.of("15")));
    left.done(List.of(List.of("5"), List.of("15")));
    left.takeChanged("u").forEach(page -> restored.take(page.key(), SluiceJson.write(page)));
  }

  private static TableScan scan(Restored from, Instant provedAgain) {
    TableScan table = new TableScan("open", provedAgain, (name, upTo) -> {});
    table.restore(from);
    return table;
  }

  /** What is written of a refresh is what a process that comes later reads. */
  private Restored refreshed(int... touched) {
    BitSet numbers = new BitSet();
    for (int number : touched) {
      numbers.set(number);
    }
    restored
        .refresh(Map.of("open", numbers))
        .forEach(
            (key, value) -> restored.take(key, value == null ? null : SluiceJson.write(value)));
    return restored;
  }

  @Test
  void goesOnBehindTheChainWithoutAGap() {
    take(chunk(0, null, "10", THEN));
    take(chunk(2, "20", null, THEN));
    TableScan table = scan(restored, null);

    assertThat(table.rowsDone()).isEqualTo(10);
    assertThat(table.cursor()).containsExactly("10");
    assertThat(table.done()).isFalse();
  }

  @Test
  void aRefreshForgetsWhatWasTouchedAndKeepsTheRest() {
    threeChunks();
    assertThat(scan(restored, null).done()).isTrue();

    TableScan table = scan(refreshed(1), LATER);

    assertThat(table.rowsDone()).as("two chunks, nothing apart").isEqualTo(20);
    assertThat(table.oldest()).isEqualTo(LATER);
    assertThat(table.keys().open()).containsExactly(List.of("5"), List.of("15"));
    assertThat(table.exhausted()).isTrue();
    Chunk again = table.pollRedo();
    assertThat(again.bounds().after()).containsExactly("10");
    assertThat(again.bounds().upTo()).containsExactly("20");
    assertThat(table.pollRedo()).isNull();

    table.add(again.result("u", LATER));
    table.keys().done(List.copyOf(table.keys().open()));
    assertThat(table.done()).isTrue();
    assertThat(table.whole()).isTrue();
  }

  @Test
  void theChunkAtTheTablesEndIsHandedOutAnew() {
    threeChunks();

    TableScan table = scan(refreshed(0, 2), LATER);

    assertThat(table.rowsDone()).isEqualTo(10);
    assertThat(table.exhausted()).isFalse();
    assertThat(table.cursor()).containsExactly("20");
    assertThat(table.take(List.of(List.of("30"))).result("u", LATER).number()).isEqualTo(2);
    assertThat(restored.bounds(List.of("open")).get("open"))
        .containsExactly(List.of("10"), List.of("20"));
  }

  @Test
  void onlyPagesThatChangedAreWritten() {
    LeftKeys left = new LeftKeys("t");
    for (int key = 0; key < 2_500; key++) {
      left.leaveOut(List.of(List.of("" + key)));
    }
    assertThat(left.takeChanged("u")).hasSize(3);
    assertThat(left.takeChanged("u")).isEmpty();

    left.done(List.of(List.of("1500")));
    List<OpenKeys> pages = left.takeChanged("u");

    assertThat(pages).hasSize(1);
    assertThat(pages.get(0).page()).isEqualTo(1);
    assertThat(pages.get(0).left()).hasSize(1_000);
    assertThat(pages.get(0).open()).hasSize(999).doesNotContain(List.of("1500"));
  }
}
