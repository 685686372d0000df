package dev.sluice.schemas.error;

/**
 * Every error code that a status, a REST answer or an exit message can carry;
 * docs/operating/errors.md explains each.
 */
public enum ErrorCode {
  /** A value of the configuration or of a request is wrong. */
  INVALID_CONFIGURATION(false),
  /** The action is not legal in the workflow's present state. */
  ILLEGAL_STATE(false),
  ALREADY_EXISTS(false),
  NOT_FOUND(false),
  /** Preflight found something that would make the move unsafe. */
  PREFLIGHT_REFUSED(false),
  /** A MySQL server cannot be reached now, or the connection broke. */
  MYSQL_UNAVAILABLE(true),
  /** Deadlock or lock wait timeout: the transaction was rolled back and can be run again. */
  MYSQL_CONTENTION(true),
  /** Name or password refused. Retried, because passwords rotate. */
  MYSQL_ACCESS_DENIED(true),
  /** The account lacks a privilege. */
  MYSQL_PRIVILEGE_MISSING(false),
  /** The server is read-only now: a replica, or in the middle of a failover. */
  MYSQL_READ_ONLY(true),
  /** The server refused a statement for a reason that trying again does not change. */
  MYSQL_STATEMENT_FAILED(false),
  /** The server's disk is full or a quota is reached. */
  TARGET_DISK_FULL(true),
  /** A change of traffic, or a part of it, did not come about in time; it was undone. */
  SWITCH_TIMEOUT(false),
  KAFKA_UNAVAILABLE(true),
  /**
   * Login or a right refused by Kafka. Retried, because brokers that restart refuse for a while.
   */
  KAFKA_ACCESS_DENIED(true),
  REGISTRY_UNAVAILABLE(true),
  /** The registry's compatibility rule does not take a schema under its subject. */
  SCHEMA_REFUSED(false),
  /** A newer version has written a workflow's record, and this one cannot read it. */
  RECORD_UNREADABLE(true),
  /** Another process took over the unit of work. */
  FENCED(false),
  /** The server no longer has (or never had) the binary logs that the stream must read next. */
  BINLOG_PURGED(false),
  /** The server says in its binary log that changes are missing there. */
  BINLOG_INCIDENT(false),
  /** The replica that is read has not executed what is needed yet. */
  REPLICA_BEHIND(true),
  /**
   * The journal names transactions that the server does not contain: it is another server or was
   * restored.
   */
  GTID_SET_NOT_CONTAINED(false),
  /**
   * The binary log stream broke, fell silent or came out of order; it is rebuilt from the journal.
   */
  STREAM_BROKEN(true),
  /** Rows arrived outside BEGIN..END (XA), which the stream cannot place. */
  XA_TRANSACTION(false),
  /** A change was logged as a statement, so its rows are unknown. */
  STATEMENT_FORMAT(false),
  /** DDL on a moved table, with on-ddl stop. */
  DDL_STOPPED(false),
  /** A moved table was changed on the side where the fence denies writes. */
  FENCE_BYPASSED(false),
  /** A table changed its columns between the stream's position and the copy's read. */
  TABLE_CHANGED(true),
  /** The copy did not send as many rows as the snapshot holds. */
  COPY_COUNT_MISMATCH(false),
  /** A row does not fit record.max-bytes. */
  ROW_TOO_LARGE(false),
  /** A value has no lossless form; table and key are in the message. */
  VALUE_NOT_CARRIED(false),
  /**
   * The target refused a row: constraint, type or a clash with a row that the move does not own.
   */
  TARGET_REFUSED_ROW(false),
  /** The journal or the data topics do not hold what the checkpoint needs next. */
  JOURNAL_GAP(false),
  /** A record lies in a partition where its vindex does not put it. */
  MISPLACED_ROW(false),
  /** The target schema is not what the workflow needs. */
  TARGET_SCHEMA_MISMATCH(false),
  /** No exact moment of both sides came about, or it was lost; a new one is made. */
  VDIFF_MOMENT_LOST(true),
  /** Rows cannot be compared for a reason that trying again does not change. */
  VDIFF_FAILED(false),
  /** A bug in Sluice. */
  INTERNAL(false);

  private final boolean retryable;

  ErrorCode(boolean retryable) {
    this.retryable = retryable;
  }

  public boolean retryable() {
    return retryable;
  }
}
