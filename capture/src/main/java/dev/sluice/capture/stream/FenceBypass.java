package dev.sluice.capture.stream;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.DdlStatement;

/**
 * DDL on a moved table where the fence denies writes: no trigger sees it, so the stream does. It
 * stops the stream whatever the workflow's policy is; only a start by an operator, after it has,
 * lets it pass where the policy would. Stateless.
 */
final class FenceBypass {

  private FenceBypass() {}

  static DdlVerdict judge(SourceEvent.Ddl ddl, DdlStatement held, DdlVerdict verdict) {
    if (verdict.stop() != null) {
      return DdlVerdict.stop(verdict.statement(), error(ddl));
    }
    DdlStatement statement = verdict.statement();
    boolean accepted =
        held != null
            && held.gtid().equals(ddl.gtid())
            && held.generation() < statement.generation();
    if (accepted) {
      return verdict;
    }
    return DdlVerdict.stop(
        new DdlStatement(
            statement.table(),
            statement.statement(),
            statement.gtid(),
            DdlStatement.Action.HOLD,
            statement.generation()),
        error(ddl));
  }

  private static SluiceException error(SourceEvent.Ddl ddl) {
    return new SluiceException(
        ErrorCode.FENCE_BYPASSED,
        "table "
            + ddl.table()
            + " was changed where the fence denies writes, by DDL in transaction "
            + ddl.gtid()
            + ": "
            + ddl.statement(),
        "find out who ran it and do on the other side what is wanted; then complete or cancel the"
            + " workflow, or sluice start when the traffic is on this side again");
  }
}
