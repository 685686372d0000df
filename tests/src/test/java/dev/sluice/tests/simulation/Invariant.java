package dev.sluice.tests.simulation;

/** What the simulation holds; I-names are those of docs/design/0001-words-and-invariants.md. */
enum Invariant {
  /** A partition has one stream and one shard, and each record lies where its vindex puts it. */
  I1,
  /** Each source transaction is in the journal's ranges exactly once, whole and in order. */
  I3,
  /** No copied row is older than the position at which it is placed. */
  I4,
  /** No change travels in a circle: the journal holds no echo. */
  I6,
  /** After consistent, a shard at a checkpoint equals the source at that cut. */
  I7,
  /** After consistent, no row vanishes because another row took its unique value. */
  I8,
  /** Who lost its unit of work changes nothing. */
  I9,
  /** A checkpoint never goes back and names a committed cut. */
  CHECKPOINT,
  /** No unit ends with an error that the faults do not explain. */
  NO_UNEXPECTED_ERROR,
  /** When writers and faults rest, everything arrives. */
  TERMINATION,
  /** In the end both sides are equal. */
  EQUALITY
}
