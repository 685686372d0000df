package dev.sluice.controller.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.status.ApplierStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class FloorsTest {

  private static final Instant START = Instant.parse("2026-11-01T10:00:00Z");

  private final Floors floors =
      new Floors(List.of("-"), List.of("-80", "80-"), Duration.ofSeconds(30));

  private static ApplierStatus applier(String shard, Long journalOffset) {
    List<ApplierStatus.StreamPlace> places =
        journalOffset == null
            ? List.of()
            : List.of(new ApplierStatus.StreamPlace("-", 1, 1, "", true, START, journalOffset, 0));
    return new ApplierStatus(
        "m/forward/" + shard,
        "m",
        "uuid",
        "forward",
        shard,
        "applying",
        "",
        START,
        1,
        places,
        0,
        0,
        List.of(),
        0,
        null,
        null,
        null,
        START);
  }

  private void sample(int second, Long first, Long other) {
    floors.sample(List.of(applier("-80", first), applier("80-", other)), START.plusSeconds(second));
  }

  @Test
  void aPlaceCountsOnlyWhenItIsOldEnough() {
    sample(0, 10L, 20L);
    sample(20, 30L, 40L);

    assertThat(floors.at(START.plusSeconds(29))).isEmpty();
    assertThat(floors.at(START.plusSeconds(30)).orElseThrow()[0]).containsExactly(10, 20);
    assertThat(floors.at(START.plusSeconds(45)).orElseThrow()[0]).containsExactly(10, 20);
    assertThat(floors.at(START.plusSeconds(50)).orElseThrow()[0]).containsExactly(30, 40);
    assertThat(floors.at(START.plusSeconds(500)).orElseThrow()[0]).containsExactly(30, 40);
  }

  @Test
  void anApplierThatHasNotSpokenNeedsEverything() {
    floors.sample(List.of(applier("-80", 10L)), START);
    sample(1, 10L, null);

    assertThat(floors.at(START.plusSeconds(30)).orElseThrow()[0]).containsExactly(10, -1);
    assertThat(floors.at(START.plusSeconds(40)).orElseThrow()[0]).containsExactly(10, -1);
  }
}
