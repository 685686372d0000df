package dev.sluice.vdiff.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChunkPartsTest {

  private static List<List<String>> between(String after, String upTo, int count) {
    return ChunkParts.between(after == null ? null : List.of(after), List.of(upTo), 100, count);
  }

  @Test
  void numbersAreDividedEvenly() {
    assertThat(between("0", "100", 4))
        .containsExactly(List.of("25"), List.of("50"), List.of("75"), List.of("100"));
    assertThat(between(null, "40", 2)).containsExactly(List.of("-10"), List.of("40"));
    assertThat(between("-3", "-1", 4)).containsExactly(List.of("-2"), List.of("-1"));
    assertThat(between("7", "8", 20)).containsExactly(List.of("8"));
    assertThat(between("18446744073709551613", "18446744073709551615", 2))
        .containsExactly(List.of("18446744073709551614"), List.of("18446744073709551615"));
  }

  /** Whatever the numbers, the ends ascend and lie within the chunk. */
  @Test
  void endsAscend() {
    for (long seed = 0; seed < 1_000; seed++) {
      Random random = new Random(seed);
      BigInteger after = new BigInteger(64, random).subtract(BigInteger.ONE.shiftLeft(63));
      BigInteger upTo = after.add(BigInteger.ONE).add(new BigInteger(random.nextInt(64), random));
      BigInteger before = after;
      List<List<String>> bounds =
          between(after.toString(), upTo.toString(), 1 + random.nextInt(30));
      for (List<String> bound : bounds) {
        BigInteger next = new BigInteger(bound.get(0));
        assertThat(next).as("seed %s", seed).isGreaterThan(before);
        before = next;
      }
      assertThat(before).as("seed %s", seed).isEqualTo(upTo);
    }
  }

  @Test
  void manyKeysLeftOutMakeFewParts() {
    assertThat(ChunkParts.count(20_000, 0, true)).isEqualTo(20);
    assertThat(ChunkParts.count(20_000, 0, false)).isEqualTo(4);
    assertThat(ChunkParts.count(20_000, 500, true)).isEqualTo(4);
    assertThat(ChunkParts.count(20_000, 10_000, true)).isEqualTo(1);
    assertThat(ChunkParts.count(500, 0, true)).isEqualTo(1);
  }
}
