package dev.sluice.mysql.error;

import com.mysql.cj.jdbc.exceptions.PacketTooBigException;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.sql.SQLException;
import java.util.Locale;

/**
 * The one place that decides what a MySQL error means: retryable, contention or fatal, and what to
 * do about it. Stateless, safe to share between threads.
 *
 * <p>Numbers come first, SQLSTATE second, texts only where one number has several meanings.
 */
public final class ErrorClassifier {

  /**
   * Says what the error means.
   *
   * @param action what was tried, in the infinitive: "connect to ...", "apply cut 7"
   * @return never null; the cause is kept
   */
  public SluiceException classify(SQLException error, String action) {
    SQLException main = significant(error);
    Meaning meaning = meaningOf(main);
    return new SluiceException(
        meaning.code, "cannot " + action + ": " + describe(main), meaning.remedy, error);
  }

  /**
   * As {@link #classify(SQLException, String)}, for anything thrown: a SluiceException stays as it
   * is, what is not an SQL error is INTERNAL.
   */
  public SluiceException classifyAny(Throwable error, String action) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof SluiceException known) {
        return known;
      }
      if (cause instanceof SQLException sqlError) {
        return classify(sqlError, action);
      }
    }
    return new SluiceException(
        ErrorCode.INTERNAL,
        "cannot " + action + ": " + error,
        "report it with the log around it",
        error);
  }

  /**
   * True for a lock wait timeout or a deadlock: the transaction is gone and can be run again at
   * once.
   */
  public boolean isContention(SQLException error) {
    return meaningOf(significant(error)).code == ErrorCode.MYSQL_CONTENTION;
  }

  /** True when a row with this key, or with this value of a unique key, is there already. */
  public boolean isDuplicateKey(SQLException error) {
    return ServerErrors.DUPLICATE_KEY.contains(significant(error).getErrorCode());
  }

  /** True when there is no table of this name. */
  public boolean isMissingTable(SQLException error) {
    return significant(error).getErrorCode() == ServerErrors.NO_SUCH_TABLE;
  }

  /** True when an index names a column that the table does not have. */
  public boolean isKeyColumnMissing(SQLException error) {
    return significant(error).getErrorCode() == ServerErrors.KEY_COLUMN_MISSING;
  }

  /** True when the table has an index of this name already. */
  public boolean isDuplicateIndexName(SQLException error) {
    return ServerErrors.DUPLICATE_INDEX_NAME.contains(significant(error).getErrorCode());
  }

  /**
   * True when the server (or the driver) refuses LOAD DATA LOCAL: another way of writing has to be
   * used.
   */
  public boolean isLocalInfileRefused(SQLException error) {
    int number = significant(error).getErrorCode();
    return number == ServerErrors.LOCAL_INFILE_DISABLED
        || number == ServerErrors.LOCAL_INFILE_FORBIDDEN;
  }

  /**
   * True for error 1236 where it says that the binary logs needed are gone, in the words of 5.7,
   * 8.0 and 9.x.
   *
   * @param message the server's text, from JDBC or from a binary log client
   */
  public boolean isBinlogPurged(int number, String message) {
    String text = message == null ? "" : message.toLowerCase(Locale.ROOT);
    return number == ServerErrors.BINLOG_FATAL
        && (text.contains("purged")
            || text.contains("could not find first log file name")
            || text.contains("could not open log file"));
  }

  private Meaning meaningOf(SQLException error) {
    int number = error.getErrorCode();
    if (number == 0) {
      return withoutNumber(error);
    }
    Meaning special = special(number, String.valueOf(error.getMessage()));
    Meaning meaning = special != null ? special : byGroup(number);
    boolean unknown = meaning.equals(Remedies.STATEMENT_FAILED);
    return unknown && isConnectionState(error.getSQLState()) ? Remedies.UNAVAILABLE : meaning;
  }

  /** A deadlock buried in a batch's chain says more than the batch's own summary. */
  private static SQLException significant(SQLException error) {
    SQLException candidate = error;
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sqlError) {
        candidate = sqlError;
        if (sqlError.getErrorCode() != 0) {
          return sqlError;
        }
      }
    }
    SQLException next = error.getNextException();
    return next != null && next.getErrorCode() != 0 ? next : candidate;
  }

  private static boolean isConnectionState(String state) {
    return state != null && state.startsWith("08") && !state.equals("08004");
  }

  private static Meaning withoutNumber(SQLException error) {
    String state = String.valueOf(error.getSQLState());
    if (error instanceof PacketTooBigException) {
      return Remedies.PACKET_TOO_LARGE;
    }
    // 08: the connection; S1009 and the like say that the connection was closed under our hands.
    if (isConnectionState(state) || String.valueOf(error.getMessage()).contains("closed")) {
      return Remedies.UNAVAILABLE;
    }
    if (state.startsWith("40")) {
      return Remedies.CONTENTION;
    }
    return Remedies.STATEMENT_FAILED;
  }

  private Meaning special(int number, String message) {
    String text = message.toLowerCase(Locale.ROOT);
    if (isBinlogPurged(number, message)) {
      return Remedies.BINLOG_PURGED;
    }
    if (number == ServerErrors.READ_ONLY_MODE
        || (number == ServerErrors.READ_ONLY_OPTION && text.contains("read-only"))) {
      return Remedies.READ_ONLY;
    }
    if (ServerErrors.STORAGE.contains(number)) {
      boolean full =
          number == ServerErrors.DISK_FULL_OF_FILES
              || text.contains("error 28")
              || text.contains("errno: 28")
              || text.contains("errno 28")
              || text.contains("no space left");
      return full ? Remedies.DISK_FULL : Remedies.STORAGE;
    }
    return switch (number) {
      case ServerErrors.TABLE_DEFINITION_CHANGED -> Remedies.TABLE_CHANGED;
      case ServerErrors.PACKET_TOO_LARGE -> Remedies.PACKET_TOO_LARGE;
      case ServerErrors.ONLINE_LOG_FULL -> Remedies.ONLINE_LOG_FULL;
      case ServerErrors.BINLOG_CACHE_FULL -> Remedies.BINLOG_CACHE_FULL;
      default -> null;
    };
  }

  private static Meaning byGroup(int number) {
    if (ServerErrors.CONTENTION.contains(number)) {
      return Remedies.CONTENTION;
    }
    if (ServerErrors.UNAVAILABLE.contains(number)) {
      return Remedies.UNAVAILABLE;
    }
    if (ServerErrors.ACCESS_DENIED.contains(number)) {
      return Remedies.ACCESS_DENIED;
    }
    if (ServerErrors.PRIVILEGE.contains(number)) {
      return Remedies.PRIVILEGE;
    }
    if (ServerErrors.DISK_FULL.contains(number)) {
      return Remedies.DISK_FULL;
    }
    if (ServerErrors.DUPLICATE_KEY.contains(number)) {
      return Remedies.DUPLICATE_KEY;
    }
    if (ServerErrors.REFUSED_ROW.contains(number)) {
      return Remedies.REFUSED_ROW;
    }
    return ServerErrors.MISSING_OBJECT.contains(number)
        ? Remedies.MISSING_OBJECT
        : Remedies.STATEMENT_FAILED;
  }

  private static String describe(SQLException error) {
    String number = error.getErrorCode() == 0 ? "" : "ERROR " + error.getErrorCode() + " ";
    return number + "(" + error.getSQLState() + ") " + error.getMessage();
  }

  /** A code and its remedy. */
  record Meaning(ErrorCode code, String remedy) {}
}
