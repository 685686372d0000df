package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Memory is bounded whatever the size of a source transaction; each role has a process of its own
 * here.
 */
@Tag("fidelity")
@ExtendWith(SharedStack.class)
class HugeTransactionTest {

  private static final Duration LEAST = Duration.ofSeconds(90);

  /** Far below what a machine with two cores does beside the servers. */
  private static final int CHANGES_A_MILLI = 4;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void fiftyThousandRowsPassThroughSmallHeaps(Stack stack, StackScope scope) throws Exception {
    try (Move move = Move.of(stack, scope, SampleSize.SMALL, scope.serverConfig(), 192)) {
      passes(move, Layout.A_PROCESS_A_ROLE, 50_000, false);
    }
  }

  @Test
  @Tag("soak")
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void aMillionRowsPassThroughHalfAGigabyteInEachProcess(Stack stack, StackScope scope)
      throws Exception {
    try (Move move = Move.of(stack, scope, SampleSize.SMALL, scope.serverConfig(), 512)) {
      passes(move, Layout.A_PROCESS_A_ROLE, 1_000_000, true);
    }
  }

  private static void passes(Move move, Layout layout, int rows, boolean changeToo)
      throws Exception {
    move.write(20).start(layout).create().awaitState("running").awaitWrites(20);

    BigTransaction.insertOrders(move, rows);
    if (changeToo) {
      BigTransaction.changeOrders(move);
    }

    // each change is read, sent and written twice: the way back sees it, too
    Verdict.everythingIsEqual(
        move, LEAST.plusMillis(rows * (changeToo ? 2L : 1L) / CHANGES_A_MILLI));
    for (String roles : layout.processes()) {
      SluiceProcess process = move.processes.get(roles);
      assertThat(process.isAlive()).as(process.logTail()).isTrue();
    }
    move.cancel();
  }
}
