package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SbtestStreamTest {

  @Test
  void makesARowOfFourColumnsForEachKey() throws IOException {
    List<String> rows = rows(new SbtestStream(1, 9, 12, 100));

    assertThat(rows).hasSize(4);
    assertThat(rows)
        .allMatch(row -> row.matches("\\d+\t\\d+\t(\\d{11}-){9}\\d{11}\t(\\d{11}-){4}\\d{11}"));
    assertThat(rows.stream().map(row -> row.split("\t")[0])).containsExactly("9", "10", "11", "12");
    assertThat(rows.stream().map(row -> Integer.parseInt(row.split("\t")[1])))
        .allMatch(k -> k >= 1 && k <= 100);
  }

  @Test
  void equalSeedsMakeEqualRows() throws IOException {
    assertThat(rows(new SbtestStream(7, 1, 50, 50)))
        .isEqualTo(rows(new SbtestStream(7, 1, 50, 50)));
    assertThat(rows(new SbtestStream(7, 1, 50, 50)))
        .isNotEqualTo(rows(new SbtestStream(8, 1, 50, 50)));
  }

  @Test
  void singleBytesAreTheSameAsManyAtOnce() throws IOException {
    SbtestStream single = new SbtestStream(3, 1, 3, 10);
    StringBuilder text = new StringBuilder();
    for (int next = single.read(); next >= 0; next = single.read()) {
      text.append((char) next);
    }

    assertThat(text.toString().lines().toList()).isEqualTo(rows(new SbtestStream(3, 1, 3, 10)));
  }

  private static List<String> rows(SbtestStream stream) throws IOException {
    return new String(stream.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
  }
}
