package dev.sluice.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * No seed breaks an invariant. {@code -Dsimulation.seed=N} runs one seed alone, which prints what
 * happened if it fails.
 */
class CopyRacesTest {

  private static final int SEEDS = 10_000;
  private static final int SOAK_SEEDS = 200_000;

  /** Over all seeds each happening occurs at least so often: else the simulation has gone tame. */
  private static final int LEAST_HAPPENINGS = 100;

  @Test
  void tenThousandSeedsKeepEveryInvariant() throws InterruptedException {
    Long alone = Long.getLong("simulation.seed");
    if (alone != null) {
      Simulation.run(alone, Variation.PLAIN);
      return;
    }

    Tally happened = Seeds.run(1, SEEDS);

    for (Happening happening : Happening.values()) {
      assertThat(happened.of(happening))
          .as(happening + " of " + happened)
          .isGreaterThan(LEAST_HAPPENINGS);
    }
  }

  /** {@code -Dsimulation.first=N -Dsimulation.seeds=N} run a part of them. */
  @Test
  @Tag("soak")
  void twoHundredThousandMoreKeepThem() throws InterruptedException {
    int seeds = Integer.getInteger("simulation.seeds", SOAK_SEEDS);

    Tally happened = Seeds.run(Long.getLong("simulation.first", 1L + SEEDS), seeds);

    assertThat(happened.of(Happening.CONSISTENT_COMMIT)).isGreaterThan(seeds);
  }

  @Test
  void aSeedRunsTheSameWayEachTime() throws InterruptedException {
    Trace first = new Trace(true);
    Trace second = new Trace(true);

    new World(42, Variation.PLAIN, first).run();
    new World(42, Variation.PLAIN, second).run();

    assertThat(second.toString()).isNotEmpty().isEqualTo(first.toString());
  }
}
