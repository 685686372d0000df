package dev.sluice.tests.simulation;

/**
 * What a run is asked to do differently from the plain one.
 *
 * @param mutant the protocol's broken rule
 * @param journalHeld false to see what a mutant does to the targets, when nobody looks at the
 *     journal
 * @param earlyMoves rows may change their source shard before their shard has heard of them
 */
record Variation(Mutant mutant, boolean journalHeld, boolean earlyMoves) {

  /** The protocol as it is, everything held. */
  static final Variation PLAIN = new Variation(Mutant.NONE, true, false);

  static Variation of(Mutant mutant) {
    return new Variation(mutant, true, false);
  }

  /** The same, with nobody looking at the journal. */
  Variation targetsOnly() {
    return new Variation(mutant, false, earlyMoves);
  }

  Variation withEarlyMoves() {
    return new Variation(mutant, journalHeld, true);
  }
}
