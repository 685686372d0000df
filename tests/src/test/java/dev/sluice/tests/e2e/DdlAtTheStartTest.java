package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.capture.CapturePausePoints;
import dev.sluice.tests.process.SluiceProcess;
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
 * A moved table changes between the stream's first position and the reading of its definition: the
 * status says so, instead of trying again for ever.
 */
@Tag("soak")
@ExtendWith(SharedStack.class)
class DdlAtTheStartTest {

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aTableThatChangesWhileTheStreamBeginsStopsIt(Stack stack, StackScope scope)
      throws Exception {
    try (Move move = Move.of(stack, scope, SampleSize.SMALL)) {
      SluiceProcess process =
          move.processes
              .start(Layout.ALL_IN_ONE.processes().get(0), CapturePausePoints.BEFORE_FIRST_CUT)
              .awaitUp();
      move.create().awaitPaused(process, CapturePausePoints.BEFORE_FIRST_CUT);
      move.onSource(
          "UPDATE customer SET full_name = 'before' LIMIT 5",
          "ALTER TABLE customer ADD COLUMN late INT NULL",
          "UPDATE customer SET full_name = 'behind' LIMIT 5");
      process.release(CapturePausePoints.BEFORE_FIRST_CUT);
      move.awaitState("error");

      JsonNode error = move.status().path("error");
      assertThat(error.path("code").asText()).as("%s", error).isEqualTo("DDL_STOPPED");
      assertThat(error.path("message").asText()).contains("customer", "while the stream began");
      assertThat(error.path("remedy").asText()).contains("create it again");
      move.cancel();
    }
  }
}
