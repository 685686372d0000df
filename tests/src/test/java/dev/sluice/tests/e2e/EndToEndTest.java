package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The main job on real servers: a move under live writes, judged by code that shares nothing with
 * it. A plain build sees the same with kills in between ({@link KillAtPausePointTest}).
 */
@Tag("e2e")
@Tag("soak")
@ExtendWith(SharedStack.class)
class EndToEndTest {

  private static final SampleSize SIZE = new SampleSize(8_000, 20_000, 100, 5);

  /**
   * Among the writes: keys, vindex columns and unique values wander, inside and across
   * transactions.
   */
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void bothSidesAreEqualAfterAMoveUnderLiveWrites(Stack stack, StackScope scope) throws Exception {
    try (Move move = Move.of(stack, scope, SIZE)) {
      move.write(150).start(Layout.ALL_IN_ONE).create().awaitState("running").awaitWrites(500);

      Verdict.everythingIsEqual(move);

      JsonNode status = move.status();
      assertThat(status.path("state").asText()).isEqualTo("running");
      assertThat(status.path("tables"))
          .allSatisfy(table -> assertThat(table.path("phase").asText()).isEqualTo("done"));
      new Verdict(move).lagOfTheGroupIsZero();
      move.cancel();
    }
  }
}
