package dev.sluice.tests.simulation;

/** The protocol with one of its rules broken. Each must be caught. */
enum Mutant {
  /** The protocol as it is. */
  NONE,
  /** A slice opens its snapshots without waiting until the server has executed P. */
  NO_WAIT_FOR_POSITION,
  /** A chunk is read, the stream goes on, and only then the chunk is sent. */
  CHUNK_AND_STREAM_EXCHANGED,
  /** The stream goes on while a slice is open. */
  STREAM_DURING_SLICE,
  /** A cut may end inside a source transaction. */
  CUT_INSIDE_TRANSACTION,
  /** A slice may begin while rows of an unfinished transaction have been sent. */
  SLICE_INSIDE_TRANSACTION,
  /** An update that moves a row to another shard is sent as one record. */
  MOVE_AS_ONE_RECORD,
  /** Rows are written with REPLACE for ever. */
  REPLACE_AFTER_CONSISTENT,
  /** A restart reads the journal first and fences then. */
  JOURNAL_BEFORE_FENCE,
  /** A stream's delete of its own row forgets that the row may be parked. */
  PARKED_ROW_OUTLIVES_ITS_DELETE,
  /** What is parked stays so. */
  PARKED_ROWS_NEVER_PLACED,
  /** A row that meets one of another source shard takes its place. */
  OTHER_SHARDS_ROW_OVERWRITTEN
}
