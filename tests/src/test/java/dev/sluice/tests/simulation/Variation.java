package dev.sluice.tests.simulation;

/**
 * What a run is asked to do differently from the plain one.
 *
 * @param mutant the protocol's broken rule
 * @param journalHeld false to see what a mutant does to the targets, when nobody looks at the
 *     journal
 */
record Variation(Mutant mutant, boolean journalHeld) {

  /** The protocol as it is, everything held. */
  static final Variation PLAIN = new Variation(Mutant.NONE, true);

  static Variation of(Mutant mutant) {
    return new Variation(mutant, true);
  }

  /** The same, with nobody looking at the journal. */
  Variation targetsOnly() {
    return new Variation(mutant, false);
  }
}
