package dev.sluice.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.bench.measure.MachineFacts;
import dev.sluice.bench.measure.Samples;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final MachineFacts MACHINE =
      new MachineFacts(2, 24, "a processor", "Linux 6", "17", "9.7");

  @Test
  void aPeerTwiceAsSlowIsARatioOfTwo() {
    Comparison comparison = seconds(3, new Samples(List.of(4.0, 5.0, 99.0)), Samples.of(10));

    assertThat(comparison.ratio()).isEqualTo(2.0);
    assertThat(comparison.met()).isFalse();
    assertThat(seconds(2, Samples.of(5), Samples.of(10)).met()).isTrue();
  }

  @Test
  void aBoundHoldsForTheValueItself() {
    assertThat(Comparison.bounded("lag", "p50", "ms", 99, 100).met()).isTrue();
    assertThat(Comparison.bounded("lag", "p50", "ms", 101, 100).met()).isFalse();
    assertThat(Comparison.reached("lag", "rate", "tx/s", 470, 475).met()).isFalse();
    assertThat(Comparison.told("lag", "p99", "ms", Samples.of(500)).met()).isNull();
  }

  @Test
  void theTableSaysWhatMissedItsGoal() {
    Report report = report(seconds(3, Samples.of(5), Samples.of(10)));

    assertThat(report.allMet()).isFalse();
    assertThat(report.text())
        .contains("./sluice bench", "2 cores", "drain it / replication", "5.00 s", "10.0 s")
        .contains(">= 3.00", "MISSED");
  }

  @Test
  void theJsonHoldsTheSamples() throws IOException {
    Report report = report(seconds(1, new Samples(List.of(4.0, 6.0)), Samples.of(10)));

    JsonNode result = JsonMapper.builder().build().readTree(report.json()).path("results").path(0);

    assertThat(result.path("sluice").path("median").asDouble()).isEqualTo(5.0);
    assertThat(result.path("sluice").path("samples")).hasSize(2);
    assertThat(result.path("ratio").asDouble()).isEqualTo(2.0);
    assertThat(result.path("met").asBoolean()).isTrue();
  }

  private static Comparison seconds(double goal, Samples sluice, Samples peer) {
    return Comparison.ofSeconds("drain", "drain it", sluice, "replication", peer, goal);
  }

  private static Report report(Comparison comparison) {
    return new Report("./sluice bench", MACHINE, "durable", List.of(comparison));
  }
}
