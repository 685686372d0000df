package dev.sluice.tests.simulation;

/**
 * What must occur again and again over many seeds, lest the simulation be too tame to find
 * anything.
 */
enum Happening {
  /** A process died in the midst of a step. */
  KILLED,
  /** A process was overtaken by another. */
  OVERTAKEN,
  /** A producer or an applier was refused because it had been overtaken. */
  FENCED,
  /** A commit's outcome stayed unknown to who asked for it. */
  UNCLEAR_COMMIT,
  /** A Kafka transaction was given up by time. */
  KAFKA_TIME_OUT,
  /** The binary log's events came a second time. */
  EVENTS_TWICE,
  /** A part of a source transaction was committed without a cut. */
  UNFINISHED_COMMIT,
  /** A snapshot was opened while the dump was ahead of the engine. */
  SNAPSHOT_BEHIND_DUMP,
  /** A snapshot showed more than P. */
  SNAPSHOT_AHEAD_OF_POSITION,
  /** The opposite direction's applier wrote to the source. */
  ECHO,
  COPY_CUT,
  /** A start found a copy half done. */
  COPY_RESUMED,
  /** A cut could be read before its data. */
  CUT_BEFORE_DATA,
  /** A row was taken away by REPLACE because another one had its unique value. */
  REPLACED_OTHER_ROW,
  /** A transaction after consistent was written in several pieces. */
  EXACT_IN_PIECES,
  /** A shard moved from one source state to the next. */
  CONSISTENT_COMMIT,
  /** A row of somebody else was in the way, and stayed. */
  REFUSED_ROW,
  /** A row of another source shard was in the way. */
  PARKED,
  /** A parked row's place became free. */
  PLACED
}
