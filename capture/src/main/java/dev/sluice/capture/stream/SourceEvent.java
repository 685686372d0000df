package dev.sluice.capture.stream;

import dev.sluice.schemas.change.Op;
import java.util.List;

/**
 * What a source's binary log holds, as far as a stream needs it, in the log's order. Immutable but
 * for the row arrays, which nobody changes.
 */
public sealed interface SourceEvent {

  /**
   * The source is connected to the server, and delivers what is not in the set: before everything
   * else, once.
   *
   * @param gtidSet MySQL's text form
   */
  record Connected(String gtidSet) implements SourceEvent {}

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

  /**
   * A row was inserted into the sidecar's marker table, or the workflow's row in its fence table
   * has changed.
   */
  record MarkerRow(String token, String kind) implements SourceEvent {}

  /**
   * A row of the workflow's fences was written on the server read.
   *
   * @param id which of them
   * @param changed it has a fresh token: a marker
   * @param denied application writes are denied from here on
   */
  record FenceRow(String id, String token, boolean changed, boolean denied)
      implements SourceEvent {}

  /** A row of the sidecar's heartbeat table was written. */
  record HeartbeatRow(String id, String token) implements SourceEvent {}

  /**
   * A row of the sidecar's checkpoint table was written: an applier's transaction.
   *
   * @param applier tells the row from others of the workflow and direction
   * @param ddlToken of DDL that the applier is about to run; null when it runs none
   */
  record CheckpointRow(String workflowUuid, String direction, String applier, String ddlToken)
      implements SourceEvent {

    public CheckpointRow(String workflowUuid, String direction) {
      this(workflowUuid, direction, "", null);
    }
  }

  /**
   * The transaction is complete and committed on the source.
   *
   * @param timeMillis source time, milliseconds since 1970 UTC
   */
  record End(String gtid, long timeMillis) implements SourceEvent {}

  /**
   * DDL on a moved table, outside of any transaction.
   *
   * @param columns of the table after it, as the engine knows them; empty when it does not say
   * @param gtidSetBefore executed set before it, MySQL's text form
   * @param file binary log file to begin in behind it
   * @param pos byte offset there
   */
  record Ddl(
      String table,
      String statement,
      String gtid,
      List<EngineColumn> columns,
      String gtidSetBefore,
      String file,
      long pos)
      implements SourceEvent {

    public Ddl {
      columns = List.copyOf(columns);
    }

    public Ddl(String table, String statement, String gtid) {
      this(table, statement, gtid, List.of(), "", "", 4);
    }
  }

  /**
   * A column as the engine knows it at one place of the binary log.
   *
   * @param type in the words of the statement that made it: {@code INT UNSIGNED}
   * @param length in brackets, or -1
   * @param scale in brackets behind the length, or -1
   * @param charset null where it has none, or the engine does not know it
   * @param members of ENUM and SET
   */
  record EngineColumn(
      String name,
      String type,
      int length,
      int scale,
      boolean nullable,
      boolean autoIncrement,
      String charset,
      List<String> members) {
    public EngineColumn {
      members = List.copyOf(members);
    }
  }
}
