package dev.sluice.capture.stream;

import dev.sluice.mysql.ddl.DdlReader;
import dev.sluice.mysql.ddl.TableDdl;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.DdlStatement;

/**
 * DDL on a moved table where the fence denies writes: no trigger sees it, so the stream does. What
 * takes rows away is an error of its own; what changes only columns and indexes is judged as
 * anywhere (operators prepare tables on the side that does not have the traffic so), but never run
 * on the side that has it. Stateless.
 */
final class FenceBypass {

  private FenceBypass() {}

  static DdlVerdict judge(SourceEvent.Ddl ddl, DdlVerdict verdict) {
    if (verdict.stop() != null) {
      return takesRows(ddl) ? DdlVerdict.stop(verdict.statement(), error(ddl)) : verdict;
    }
    DdlStatement statement = verdict.statement();
    if (statement.action() != DdlStatement.Action.RUN) {
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

  private static boolean takesRows(SourceEvent.Ddl ddl) {
    TableDdl.Effect effect =
        DdlReader.read(ddl.statement(), "").map(TableDdl::effect).orElse(TableDdl.Effect.GONE);
    return effect == TableDdl.Effect.GONE || effect == TableDdl.Effect.TRUNCATE;
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
