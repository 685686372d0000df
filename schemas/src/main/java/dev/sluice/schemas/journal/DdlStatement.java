package dev.sluice.schemas.journal;

import java.util.Objects;

/**
 * DDL on a moved table that the stream met; it ends its cut. Immutable.
 *
 * @param table the moved table's name
 * @param statement as the source's binary log has it
 * @param gtid of the statement on the source
 * @param action what is to be done with it
 * @param generation of the workflow's record under which it was met
 */
public record DdlStatement(
    String table, String statement, String gtid, Action action, long generation) {

  /** What a reader of the journal does when it comes to the statement. */
  public enum Action {
    /** The stream stands before the statement until the workflow is started again. */
    HOLD,
    /** Go on if the table written can take what comes; somebody else has seen to it. */
    CHECK,
    /** Run it on the table written, then go on. */
    RUN,
    /** Sluice's own statement, which an applier of the other direction ran. */
    OWN
  }

  public DdlStatement {
    Objects.requireNonNull(table, "table");
    Objects.requireNonNull(statement, "statement");
    Objects.requireNonNull(gtid, "gtid");
    Objects.requireNonNull(action, "action");
  }

  /** A statement that the stream stands before. */
  public DdlStatement(String table, String statement, String gtid) {
    this(table, statement, gtid, Action.HOLD, 0);
  }
}
