package dev.sluice.schemas.keyspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRangesTest {

  @Test
  void shardsComeInKeyOrderWhateverTheOrderOfNaming() {
    assertThat(KeyRanges.of(List.of("c0-", "-40", "40-c0")).names())
        .containsExactly("-40", "40-c0", "c0-");
  }

  @Test
  void aBoundBelongsToTheRangeItStarts() {
    KeyRanges halves = KeyRanges.of(List.of("-80", "80-"));

    assertThat(halves.indexOf(0x7fff_ffff_ffff_ffffL)).isZero();
    assertThat(halves.indexOf(0x8000_0000_0000_0000L)).isEqualTo(1);
    assertThat(halves.indexOf(-1L)).isEqualTo(1);
    assertThat(halves.indexOf(0)).isZero();
  }

  @Test
  void aSingleShardTakesEverything() {
    assertThat(KeyRange.parse("-").isFull()).isTrue();
    assertThat(KeyRanges.of(List.of("-")).indexOf(-1L)).isZero();
  }

  @Test
  void everyIdLiesInExactlyOneRange() {
    long seed = 7;
    Random random = new Random(seed);
    KeyRanges ranges = KeyRanges.of(List.of("-10", "10-1080", "1080-80", "80-fffe", "fffe-"));
    for (int i = 0; i < 10_000; i++) {
      long id = random.nextLong();
      int holders = 0;
      for (int r = 0; r < ranges.size(); r++) {
        holders += ranges.get(r).contains(id) ? 1 : 0;
      }
      assertThat(holders).as("seed %d, id %x", seed, id).isEqualTo(1);
      assertThat(ranges.get(ranges.indexOf(id)).contains(id)).as("id %x", id).isTrue();
    }
  }

  @Test
  void gapsOverlapsAndOpenEndsAreRefused() {
    assertThatThrownBy(() -> KeyRanges.of(List.of("-40", "80-"))).hasMessageContaining("80-");
    assertThatThrownBy(() -> KeyRanges.of(List.of("-80", "40-")))
        .hasMessageContaining("exactly once");
    assertThatThrownBy(() -> KeyRanges.of(List.of("-80", "80-c0")))
        .hasMessageContaining("uncovered");
    assertThatThrownBy(() -> KeyRanges.of(List.of("-", "80-")))
        .hasMessageContaining("exactly once");
    assertThatThrownBy(() -> KeyRanges.of(List.of("-", "-"))).hasMessageContaining("exactly once");
    assertThatThrownBy(() -> KeyRanges.of(List.of())).hasMessageContaining("at least one");
  }

  @ParameterizedTest
  @ValueSource(strings = {"80", "8-", "-8g", "80-40", "-80-", "", "80-80"})
  void aBadNameIsRefused(String name) {
    assertThatThrownBy(() -> KeyRange.parse(name)).isInstanceOf(IllegalArgumentException.class);
  }
}
