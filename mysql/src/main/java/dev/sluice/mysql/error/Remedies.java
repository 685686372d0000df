package dev.sluice.mysql.error;

import dev.sluice.mysql.error.ErrorClassifier.Meaning;
import dev.sluice.schemas.error.ErrorCode;

/** What each kind of MySQL error is called and what to do about it. */
final class Remedies {

  static final Meaning CONTENTION =
      new Meaning(
          ErrorCode.MYSQL_CONTENTION,
          "nothing: it is tried again; if it goes on, look for a long transaction in"
              + " information_schema.INNODB_TRX of that server");
  static final Meaning UNAVAILABLE =
      new Meaning(
          ErrorCode.MYSQL_UNAVAILABLE,
          "nothing if the server comes back by itself; otherwise check that it runs, its address, the network and its"
              + " connection limits");
  static final Meaning ACCESS_DENIED =
      new Meaning(
          ErrorCode.MYSQL_ACCESS_DENIED,
          "correct the user or the password's environment variable or file; it is read again at each attempt");
  static final Meaning PRIVILEGE =
      new Meaning(
          ErrorCode.MYSQL_PRIVILEGE_MISSING,
          "grant what is missing (preflight prints the exact GRANT statements), then start the workflow again");
  static final Meaning DISK_FULL =
      new Meaning(
          ErrorCode.TARGET_DISK_FULL,
          "free space on the server's disk; the work goes on by itself");
  static final Meaning STORAGE =
      new Meaning(
          ErrorCode.MYSQL_STATEMENT_FAILED,
          "look at the server's error log: its storage reports a fault; then start the workflow again");
  static final Meaning READ_ONLY =
      new Meaning(
          ErrorCode.MYSQL_READ_ONLY,
          "make sure that the endpoint is the primary and that read_only and super_read_only are off there; it is tried"
              + " again");
  static final Meaning DUPLICATE_KEY =
      new Meaning(
          ErrorCode.TARGET_REFUSED_ROW,
          "another row has this value of the key named: find out which row it is and who wrote it; nothing was"
              + " overwritten");
  static final Meaning REFUSED_ROW =
      new Meaning(
          ErrorCode.TARGET_REFUSED_ROW,
          "compare the definitions of the table on both sides: constraint, type, length, triggers; correct the side that"
              + " is wrong, then start the workflow again");
  static final Meaning MISSING_OBJECT =
      new Meaning(
          ErrorCode.MYSQL_STATEMENT_FAILED,
          "create the schema, table or column named, or correct its name in the configuration, then start again; a moved table"
              + " that was dropped on the target is made and filled again by `start --recopy`");
  static final Meaning TABLE_CHANGED =
      new Meaning(ErrorCode.TABLE_CHANGED, "nothing: the table is read again under a new snapshot");
  static final Meaning PACKET_TOO_LARGE =
      new Meaning(
          ErrorCode.ROW_TOO_LARGE,
          "raise max_allowed_packet on that server above the largest row's size, then start the workflow again");
  static final Meaning BINLOG_CACHE_FULL =
      new Meaning(
          ErrorCode.MYSQL_STATEMENT_FAILED,
          "raise max_binlog_cache_size on that server: a source transaction does not fit, then start again");
  static final Meaning ONLINE_LOG_FULL =
      new Meaning(
          ErrorCode.MYSQL_STATEMENT_FAILED,
          "raise innodb_online_alter_log_max_size on that server (SET GLOBAL, no restart): more was written to the table"
              + " while its indexes were built than fits; then `sluice start`");
  static final Meaning BINLOG_PURGED =
      new Meaning(
          ErrorCode.BINLOG_PURGED,
          "copy again with `start --recopy`; keep binary logs longer (binlog_expire_logs_seconds) before that");
  static final Meaning STATEMENT_FAILED =
      new Meaning(
          ErrorCode.MYSQL_STATEMENT_FAILED,
          "look the error up in MySQL's manual, correct its cause, then start again");

  private Remedies() {}
}
