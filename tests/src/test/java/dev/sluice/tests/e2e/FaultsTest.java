package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.NetworkLink;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import dev.sluice.tests.stack.StackServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that end without a word, and networks that break. */
@Tag("crash")
@ExtendWith(SharedStack.class)
class FaultsTest {

  private static final double WRITES_PER_SECOND = 80;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aRunningMoveOutlivesItsServersAndItsNetwork(Stack stack, StackScope scope) throws Exception {
    try (Move move =
        Move.of(stack, scope, SampleSize.SMALL, scope.serverConfig().withLinks(), 384)) {
      move.write(WRITES_PER_SECOND).start(Layout.ALL_IN_ONE).create().awaitState("running");
      move.awaitWrites(30);
      for (String name : new String[] {"kafka", "source", "target/-80"}) {
        StackServer server = stack.server(name);
        server.kill();
        if (name.equals("kafka")) {
          appliersSayThatTheyWait(move);
        }
        server.start();
        move.awaitWrites(60);
      }
      move.awaitThat(
          "appliers at work",
          () -> appliers(move).allMatch(a -> a.path("state").asText().equals("applying")));
      for (String name : new String[] {"kafka", "source", "target/80-"}) {
        NetworkLink link = stack.link(name);
        link.cut();
        move.awaitWrites(150);
        link.restore();
        link.delay(Duration.ofMillis(20));
        move.awaitWrites(60);
        link.restore();
      }

      Verdict.everythingIsEqual(move);

      move.cancel();
    }
  }

  /** The status is answered without Kafka, and tells the truth. */
  private static void appliersSayThatTheyWait(Move move) {
    move.awaitThat(
        "appliers that wait for Kafka",
        () ->
            appliers(move)
                .allMatch(
                    applier ->
                        applier.path("state").asText().equals("retrying")
                            && applier
                                .path("error")
                                .path("code")
                                .asText()
                                .equals("KAFKA_UNAVAILABLE")
                            && Instant.parse(applier.path("retryingSince").asText())
                                .isBefore(Instant.now())
                            && applier.path("lagSeconds").asDouble() > 0));
  }

  private static Stream<JsonNode> appliers(Move move) {
    List<JsonNode> appliers =
        StreamSupport.stream(move.status().path("appliers").spliterator(), false)
            .filter(applier -> applier.path("direction").asText().equals("forward"))
            .toList();
    assertThat(appliers).hasSize(2);
    return appliers.stream();
  }

  @ParameterizedTest
  @ValueSource(strings = {"kafka", "source", "target/-80", "target/80-"})
  @Tag("soak")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aServerEndsInMidCopyAgainAndAgain(String name, Stack stack, StackScope scope)
      throws Exception {
    try (Move move = Move.of(stack, scope, new SampleSize(10_000, 60_000, 100, 3))) {
      move.write(WRITES_PER_SECOND)
          .start(Layout.A_PROCESS_A_ROLE)
          .create(Map.of("copy.slice", "200ms"));
      for (int i = 0; i < 3; i++) {
        move.awaitWrites(40);
        stack.server(name).kill();
        stack.server(name).start();
      }
      move.awaitState("running").awaitWrites(50);

      Verdict.everythingIsEqual(move);

      move.cancel();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"kafka", "source", "target/-80"})
  @Tag("soak")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aNetworkStallsWithoutAnError(String name, Stack stack, StackScope scope) throws Exception {
    try (Move move =
        Move.of(stack, scope, SampleSize.SMALL, scope.serverConfig().withLinks(), 384)) {
      move.write(WRITES_PER_SECOND).start(Layout.ALL_IN_ONE).create();
      move.awaitWrites(40);
      stack.link(name).stall();
      move.awaitWrites(1_200);
      stack.link(name).restore();
      move.awaitState("running").awaitWrites(50);

      Verdict.everythingIsEqual(move);

      move.cancel();
    }
  }
}
