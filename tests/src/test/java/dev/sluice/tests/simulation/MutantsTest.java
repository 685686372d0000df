package dev.sluice.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each rule of the protocol is needed: without it an invariant breaks within so many seeds. The
 * means over many stretches of seeds are far below these bounds (1 to 7, and 43 for REPLACE, which
 * needs somebody who writes to the target; without the journal's checks up to 90).
 */
class MutantsTest {

  private static final int SEEDS = 200;
  private static final int SEEDS_REPLACE = 1_500;
  private static final int SEEDS_TARGETS_ONLY = 3_000;

  /** By which invariant each is caught first when everything is watched. */
  private static final Map<Mutant, Invariant> CAUGHT_BY =
      Map.ofEntries(
          Map.entry(Mutant.NO_WAIT_FOR_POSITION, Invariant.I4),
          Map.entry(Mutant.CHUNK_AND_STREAM_EXCHANGED, Invariant.I4),
          Map.entry(Mutant.STREAM_DURING_SLICE, Invariant.I3),
          Map.entry(Mutant.CUT_INSIDE_TRANSACTION, Invariant.I3),
          Map.entry(Mutant.SLICE_INSIDE_TRANSACTION, Invariant.I3),
          Map.entry(Mutant.MOVE_AS_ONE_RECORD, Invariant.I3),
          Map.entry(Mutant.REPLACE_AFTER_CONSISTENT, Invariant.I8),
          Map.entry(Mutant.JOURNAL_BEFORE_FENCE, Invariant.I3),
          Map.entry(Mutant.PARKED_ROW_OUTLIVES_ITS_DELETE, Invariant.I7),
          Map.entry(Mutant.PARKED_ROWS_NEVER_PLACED, Invariant.EQUALITY),
          Map.entry(Mutant.OTHER_SHARDS_ROW_OVERWRITTEN, Invariant.I7));

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aBrokenRuleIsCaught(Mutant mutant) throws InterruptedException {
    int seeds = mutant == Mutant.REPLACE_AFTER_CONSISTENT ? SEEDS_REPLACE : SEEDS;

    Simulation.Caught caught = Simulation.firstViolation(Variation.of(mutant), 1, seeds);

    assertThat(caught).as("%s within %d seeds", mutant, seeds).isNotNull();
    assertThat(caught.invariant()).as(caught.message()).isEqualTo(CAUGHT_BY.get(mutant));
  }

  /**
   * The journal's checks are strict by construction; here only the appliers and targets are asked.
   */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aBrokenRuleHarmsTheTargetsToo(Mutant mutant) throws InterruptedException {
    Simulation.Caught caught =
        Simulation.firstViolation(Variation.of(mutant).targetsOnly(), 1, SEEDS_TARGETS_ONLY);

    assertThat(caught).as("%s within %d seeds", mutant, SEEDS_TARGETS_ONLY).isNotNull();
    assertThat(caught.invariant())
        .as(caught.message())
        .isIn(Invariant.I7, Invariant.I8, Invariant.EQUALITY, Invariant.NO_UNEXPECTED_ERROR);
  }
}
