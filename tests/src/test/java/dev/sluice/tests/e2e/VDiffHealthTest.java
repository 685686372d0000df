package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.tests.compare.Side;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** VDiffs of a healthy workflow at the rate that is promised, and of a large one. */
@Tag("e2e")
@Tag("soak")
@ExtendWith(SharedStack.class)
class VDiffHealthTest {

  private static final String ROLES = "controller,capture,apply,vdiff";
  private static final int RATE = 500;

  /** Writes one row again and again, and keeps how long each write took. */
  private static final class Stopwatch implements AutoCloseable {
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final List<Double> millis = new ArrayList<>();
    private final Thread thread;
    private volatile SQLException failure;

    Stopwatch(Move move) {
      thread = new Thread(() -> write(move), "stopwatch");
      thread.start();
    }

    private void write(Move move) {
      try (Connection connection = move.source().openUtc();
          PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE corder SET quantity = quantity + 1 WHERE order_id = 1")) {
        while (!stopped.get()) {
          long began = System.nanoTime();
          update.executeUpdate();
          millis.add((System.nanoTime() - began) / 1e6);
          TimeUnit.MILLISECONDS.sleep(5);
        }
      } catch (SQLException e) {
        failure = e;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() throws InterruptedException {
      stopped.set(true);
      thread.join();
      assertThat((Object) failure).isNull();
    }

    double percentile(double part) {
      List<Double> sorted = millis.stream().sorted().toList();
      return sorted.get((int) (part * (sorted.size() - 1)));
    }

    String report(String what) {
      return String.format(
          Locale.ROOT,
          "%s: %d writes, p50 %.1f, p99 %.1f, longest %.1f ms",
          what,
          millis.size(),
          percentile(0.5),
          percentile(0.99),
          percentile(1));
    }
  }

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void aHealthyWorkflowHasNoDifferences(Stack stack, StackScope scope) throws Exception {
    int runs = Integer.getInteger("vdiff.runs", 20);
    try (Move move = Move.of(stack, scope, new SampleSize(10_000, 40_000, 100, 5))) {
      move.processes.start(ROLES).awaitUp();
      move.create().awaitState("running");
      move.write(RATE).awaitWrites(RATE);
      VDiffCalls vdiffs =
          new VDiffCalls(move.processes::client, move.workflow(), move.processes::logs);
      Stopwatch without = new Stopwatch(move);
      long before = move.writer().counts().committed();
      move.awaitWrites(RATE * 10L);
      without.close();
      List<Long> holds = new ArrayList<>();
      long began = System.nanoTime();
      long first = move.writer().counts().committed();
      try (Stopwatch with = new Stopwatch(move)) {
        for (int run = 0; run < runs; run++) {
          JsonNode found = vdiffs.run();
          assertThat(found.path("hasMismatch").asBoolean()).as("%s", found).isFalse();
          assertThat(found.path("notComparedRows").asLong()).as("%s", found).isZero();
          assertThat(found.path("rowsCompared").asLong()).as("%s", found).isGreaterThan(40_000);
          found.path("holds").forEach(hold -> holds.add(hold.asLong()));
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        double rate = (move.writer().counts().committed() - first) / seconds;
        List<Long> sorted = holds.stream().sorted().toList();
        with.close();
        System.out.printf(
            Locale.ROOT,
            "%d runs in %.0f s at %.0f tx/s (%d before); %d moments, held %d ms (median), %d at"
                + " most%n%s%n%s%n",
            runs,
            seconds,
            rate,
            before,
            sorted.size(),
            sorted.get(sorted.size() / 2),
            sorted.get(sorted.size() - 1),
            without.report("without a VDiff"),
            with.report("with VDiffs"));
        assertThat(sorted.get(sorted.size() / 2)).as("median hold, ms").isLessThan(200);
        assertThat(with.percentile(1))
            .as("longest write, ms")
            .isLessThan(Math.max(1_000, 3 * without.percentile(1)));
      }
      Verdict.everythingIsEqual(move);
      move.cancel();
    }
  }

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void aMillionRowsWithAndWithoutWrites(Stack stack, StackScope scope) throws Exception {
    int orders = Integer.getInteger("vdiff.rows", 900_000);
    try (Move move = Move.of(stack, scope, new SampleSize(orders / 9, orders, 100, 5))) {
      move.processes.start(ROLES).awaitUp();
      move.create().awaitState("running");
      VDiffCalls vdiffs =
          new VDiffCalls(move.processes::client, move.workflow(), move.processes::logs);
      PlantedRows planted =
          new PlantedRows(Side.target(stack, scope.targetSchema()), "corder", "order_id")
              .changeAndDelete(0, "remark = 'planted'")
              .changeAndDelete(1, "remark = 'planted'")
              .misplace(0, 1)
              .add(1, 900_000_001L);
      long began = System.nanoTime();
      planted.areFound(vdiffs.run(), orders);
      System.out.printf(
          Locale.ROOT, "%d rows: %.1f s%n", orders, (System.nanoTime() - began) / 1e9);

      // the ledger's writer changes some rows all the time; what it has not met is still found
      move.write(RATE).awaitWrites(RATE);
      began = System.nanoTime();
      JsonNode found = vdiffs.run();
      System.out.printf(
          Locale.ROOT,
          "under writes: %.1f s, %s%n",
          (System.nanoTime() - began) / 1e9,
          found.path("holds"));
      JsonNode table = found.path("tables").path("corder");
      String all = found.toPrettyString();
      assertThat(found.path("notComparedRows").asLong()).as(all).isZero();
      assertThat(table.path("mismatchedRows").asInt()).as(all).isBetween(1, 2);
      assertThat(table.path("extraRowsSource").asInt()).as(all).isBetween(4, 6);
      assertThat(table.path("extraRowsTarget").asInt()).as(all).isEqualTo(1);
      assertThat(table.path("misplacedRows").asInt()).as(all).isLessThanOrEqualTo(1);
      assertThat(found.path("tables").path("customer").path("matchingRows").asLong())
          .as(all)
          .isEqualTo(found.path("tables").path("customer").path("rowsCompared").asLong());
    }
  }
}
