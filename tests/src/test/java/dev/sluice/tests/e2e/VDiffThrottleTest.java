package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.tests.process.SluiceClient;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A workflow's throttle holds its VDiffs back, live, and the status says so. */
@Tag("e2e")
@Tag("soak")
@ExtendWith(SharedStack.class)
class VDiffThrottleTest {

  private static final SampleSize SIZE = new SampleSize(4_000, 12_000, 100, 5);
  private static final int RATE = 1_000;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void scansKeepToTheRateUntilItIsOff(Stack stack, StackScope scope) throws Exception {
    try (Move move = Move.of(stack, scope, SIZE)) {
      move.processes.start("controller,capture,apply,vdiff").awaitUp();
      move.create().awaitState("running");
      VDiffCalls vdiffs =
          new VDiffCalls(move.processes::client, move.workflow(), move.processes::logs);
      throttle(move, Map.of("maxRowsPerSecond", RATE, "reason", "test"));

      String uuid = vdiffs.create(Map.of());
      move.awaitThat(
          "held back",
          () -> {
            JsonNode status = move.status().path("throttled");
            return status.path("on").asBoolean()
                && status.path("reason").asText().startsWith("rate: " + RATE)
                && vdiffs.show(uuid).path("throttled").asText().startsWith("rate: ");
          });
      assertThat(throttled(move)).isEqualTo(1);
      move.awaitThat("some rows", () -> vdiffs.show(uuid).path("rowsCompared").asLong() > 0);
      long began = System.nanoTime();
      long before = vdiffs.show(uuid).path("rowsCompared").asLong();
      move.awaitThat(
          "more rows", () -> vdiffs.show(uuid).path("rowsCompared").asLong() > before + 3 * RATE);
      long rows = vdiffs.show(uuid).path("rowsCompared").asLong() - before;
      double seconds = (System.nanoTime() - began) / 1e9;
      // a chunk may have as many rows as a second allows, and two lanes begin one each
      assertThat(rows).isLessThan((long) (RATE * (seconds + 3)));

      throttle(move, Map.of("off", true, "reason", "test"));
      JsonNode found = vdiffs.completed(uuid);
      assertThat(found.path("hasMismatch").asBoolean()).isFalse();
      assertThat(found.path("rowsCompared").asLong()).isEqualTo(16_000);
      assertThat(found.path("throttled").isNull()).isTrue();
      assertThat(move.status().path("throttled").path("on").asBoolean()).isFalse();
      assertThat(throttled(move)).isZero();
      move.cancel();
    }
  }

  /** As the metrics of a process show it. */
  private static int throttled(Move move) throws Exception {
    String name = "sluice_throttled{direction=\"forward\",reason=\"rate\",stream=\"vdiff\"";
    URI address = URI.create(move.processes.client().base() + "/metrics");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
        .body()
        .lines()
        .filter(line -> line.startsWith(name) && line.contains('"' + move.workflow() + '"'))
        .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private static void throttle(Move move, Map<String, Object> body) {
    SluiceClient.Answer answer = move.processes.client().act(move.workflow(), "throttle", body);
    assertThat(answer.ok()).as("%s", answer.body()).isTrue();
  }
}
