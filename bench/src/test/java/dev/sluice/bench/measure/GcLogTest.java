package dev.sluice.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GcLogTest {

  @Test
  void tellsUsedFromLive() {
    GcLog log =
        GcLog.of(
            Stream.of(
                "[0.012s][info][gc] Using G1",
                "[1.1s][info][gc] GC(0) Pause Young (Normal) (G1 Evacuation Pause) 230M->60M(512M) 4.1ms",
                "[1.2s][info][gc] GC(1) Concurrent Mark Cycle",
                "[1.3s][info][gc] GC(1) Pause Remark 70M->68M(512M) 1.0ms",
                "[2.0s][info][gc] GC(2) Pause Full (Diagnostic Command) 90M->41M(512M) 30.2ms",
                "[3.0s][info][gc] GC(3) Pause Full (Diagnostic Command) 80M->38M(512M) 30.2ms"));

    assertThat(log).isEqualTo(new GcLog(230, 41, 4, 2));
  }

  @Test
  void anEmptyLogHasNothing() {
    assertThat(GcLog.of(Stream.of("[0.012s][info][gc] Using G1"))).isEqualTo(new GcLog(0, 0, 0, 0));
  }
}
