package dev.sluice.capture.stream;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.util.Collection;
import java.util.TreeSet;

/** The errors a stream ends with, in one place so that their remedies agree. */
public final class StreamErrors {

  private StreamErrors() {}

  /** The stream is out of order or silent; rebuilding it from the journal helps. */
  public static SluiceException broken(String what) {
    return broken(what, null);
  }

  /** As {@link #broken(String)}, with the cause. */
  public static SluiceException broken(String what, Throwable cause) {
    return new SluiceException(
        ErrorCode.STREAM_BROKEN,
        what,
        "nothing: the stream is rebuilt from the journal; if it keeps breaking, look at the"
            + " source's error log",
        cause);
  }

  /**
   * A row does not have as many columns as its table has by all statements that the stream has met.
   * Trying again reads the same.
   */
  public static SluiceException otherColumns(String reason, Throwable cause) {
    return new SluiceException(
        ErrorCode.DDL_STOPPED,
        "rows of a moved table do not fit the table's definition, as if it had been changed by DDL"
            + " that is not in the binary log: "
            + reason,
        "cancel the workflow and create it again with the tables as they are now",
        cause);
  }

  /** Tables of several shards read are not as the move was planned for where streams begin. */
  public static SluiceException changedSincePlanned(Collection<String> tables) {
    return new SluiceException(
        ErrorCode.DDL_STOPPED,
        "DDL changed "
            + String.join(", ", new TreeSet<>(tables))
            + " after the move was planned, and several shards are read, whose tables change their"
            + " columns at different times",
        "undo the DDL, then `sluice start`; or cancel the workflow and create it again with the"
            + " tables as they are now");
  }

  /** Something nobody thought of. */
  public static SluiceException unexpected(RuntimeException error) {
    return new SluiceException(
        ErrorCode.INTERNAL,
        "unexpected: " + error,
        "report this with the log; starting the workflow again tries from the journal",
        error);
  }

  static SluiceException xa(String what) {
    return new SluiceException(
        ErrorCode.XA_TRANSACTION,
        what + " arrived outside BEGIN and END: an XA transaction wrote to it",
        "stop using XA on the moved tables and the sidecar, then begin the move again: rows of XA"
            + " transactions cannot be placed");
  }

  /**
   * The stream stands before DDL.
   *
   * @param why more than the policy; null for none
   */
  public static SluiceException ddl(SourceEvent.Ddl ddl, String why) {
    return new SluiceException(
        ErrorCode.DDL_STOPPED,
        what(ddl, why),
        "wait until the appliers' backlogBytes are 0, run the same statement on the table of every"
            + " target shard, then `sluice start`: the stream goes on behind it if the tables fit;"
            + " or cancel the workflow");
  }

  /** The stream cannot go on behind DDL at all. */
  public static SluiceException ddlForGood(SourceEvent.Ddl ddl, String why) {
    return new SluiceException(
        ErrorCode.DDL_STOPPED,
        what(ddl, why),
        "cancel the workflow and create it again with the tables as they are now");
  }

  private static String what(SourceEvent.Ddl ddl, String why) {
    return "DDL on moved table "
        + ddl.table()
        + (ddl.gtid() == null ? "" : " at " + ddl.gtid())
        + (why == null ? "" : " (" + why + ")")
        + ": "
        + ddl.statement();
  }
}
