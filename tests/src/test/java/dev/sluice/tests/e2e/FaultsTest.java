package dev.sluice.tests.e2e;

import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.NetworkLink;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import dev.sluice.tests.stack.StackServer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that end without a word, networks that break, and processes that wake up too late. */
@Tag("crash")
@ExtendWith(SharedStack.class)
class FaultsTest {

  private static final double WRITES_PER_SECOND = 80;
  private static final String ALL = Layout.ALL_IN_ONE.processes().get(0);

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
        server.start();
        move.awaitWrites(60);
      }
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

  /**
   * The frozen process holds the controller, a capture and the appliers: each wakes up as a zombie.
   */
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aProcessThatWakesUpAfterItsTakeoverIsFenced(Stack stack, StackScope scope) throws Exception {
    try (Move move = Move.of(stack, scope, SampleSize.SMALL)) {
      move.write(WRITES_PER_SECOND);
      SluiceProcess first = move.processes.start("first", ALL, new String[0]).awaitUp();
      move.create().awaitState("running").awaitWrites(50);
      long epoch = captureEpoch(move);

      first.freeze();
      SluiceProcess second = move.processes.start("second", ALL, new String[0]).awaitUp();
      move.processes.speakTo(second);
      move.awaitThat("takeover by the second process", () -> captureEpoch(move) > epoch);
      move.awaitWrites(100);
      first.thaw();
      move.awaitWrites(200);

      Verdict.everythingIsEqual(move);
      move.cancel();
    }
  }

  private static long captureEpoch(Move move) {
    return move.status().path("streams").path(0).path("captureEpoch").asLong(-1);
  }
}
