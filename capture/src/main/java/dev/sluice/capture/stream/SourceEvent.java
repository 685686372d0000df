package dev.sluice.capture.stream;

import dev.sluice.schemas.change.Op;

/**
 * What a source's binary log holds, as far as a stream needs it, in the log's order. Immutable but
 * for the row arrays, which nobody changes.
 */
public sealed interface SourceEvent {

  /**
   * A source transaction begins.
   *
   * @param gtid the transaction
   * @param gtidSetBefore executed set before it, MySQL's text form
   * @param file binary log file of its BEGIN
   * @param pos byte offset of its BEGIN
   */
  record Begin(String gtid, String gtidSetBefore, String file, long pos) implements SourceEvent {}

  /**
   * One row of a moved table has changed.
   *
   * @param table number of the table in the plan
   * @param op CREATE, UPDATE or DELETE
   * @param before the old row for UPDATE and DELETE, of which only key and vindex columns need be
   *     there; else null
   * @param after the new row for CREATE and UPDATE; else null
   * @param file binary log file
   * @param pos byte offset of the row event
   * @param row number of the row within the event
   * @param timeMillis source time, milliseconds since 1970 UTC
   */
  @SuppressWarnings(
      "ArrayRecordComponent") // rows travel by the million; identity is never asked for
  record Row(
      int table,
      Op op,
      Object[] before,
      Object[] after,
      String file,
      long pos,
      int row,
      long timeMillis)
      implements SourceEvent {}

  /** A row was inserted into the sidecar's marker table. */
  record MarkerRow(String token, String kind) implements SourceEvent {}

  /** A row of the sidecar's heartbeat table was written. */
  record HeartbeatRow(String id, String token) implements SourceEvent {}

  /** A row of the sidecar's checkpoint table was written: an applier's transaction. */
  record CheckpointRow(String workflowUuid, String direction) implements SourceEvent {}

  /**
   * The transaction is complete and committed on the source.
   *
   * @param timeMillis source time, milliseconds since 1970 UTC
   */
  record End(String gtid, long timeMillis) implements SourceEvent {}

  /** DDL on a moved table, outside of any transaction. */
  record Ddl(String table, String statement, String gtid) implements SourceEvent {}
}
