package dev.sluice.tests.e2e;

import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random schemas, random applications, random moves, random kills: both sides are equal at the end.
 * Seeds run side by side in one server. {@code -Drandom.seeds=17} or {@code 100-119} says which the
 * soak runs; a failure names its own.
 */
@Tag("e2e")
@ExtendWith(SharedStack.class)
class RandomMovesTest {

  private static final int TOGETHER = 5;
  private static final String ALL = "1-200";

  /** All policies for DDL, one source shard and several. */
  private static final String FIVE = "6-10";

  static List<List<Long>> groups() {
    return groups(RandomMove.Scale.FULL, ALL);
  }

  private static List<List<Long>> groups(RandomMove.Scale scale, String all) {
    String[] ends = System.getProperty(scale.property(), all).split("-");
    List<Long> seeds =
        LongStream.rangeClosed(Long.parseLong(ends[0]), Long.parseLong(ends[ends.length - 1]))
            .boxed()
            .toList();
    List<List<Long>> groups = new ArrayList<>();
    for (int i = 0; i < seeds.size(); i += TOGETHER) {
      groups.add(seeds.subList(i, Math.min(seeds.size(), i + TOGETHER)));
    }
    return groups;
  }

  @Test
  @Tag("soak")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void fiveAreEqual(Stack stack, StackScope scope) throws Exception {
    for (List<Long> seeds : groups(RandomMove.Scale.SMALL, FIVE)) {
      run(stack, scope, seeds, RandomMove.Scale.SMALL);
    }
  }

  @ParameterizedTest
  @MethodSource("groups")
  @Tag("soak")
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void manyAreEqual(List<Long> seeds, Stack stack, StackScope scope) throws Exception {
    run(stack, scope, seeds, RandomMove.Scale.FULL);
  }

  private static void run(Stack stack, StackScope scope, List<Long> seeds, RandomMove.Scale scale)
      throws Exception {
    try (RandomMoves moves = new RandomMoves(stack, scope, seeds, scale)) {
      moves.run();
    }
  }
}
