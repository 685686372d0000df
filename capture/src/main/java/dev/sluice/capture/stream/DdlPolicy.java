package dev.sluice.capture.stream;

import dev.sluice.schemas.journal.DdlStatement;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Port: decides what becomes of DDL on a moved table; see docs/design/0007-ddl.md. */
public interface DdlPolicy {

  /** The shapes of a cut that the stream's parts were built for. */
  Map<String, String> shapes();

  /**
   * Shapes of the tables as they are on the server read now, where they are not those that this was
   * built for; asked by a stream that begins.
   */
  default Map<String, String> present() {
    return Map.of();
  }

  /**
   * Applications may write on the side read or, while a fence denies it, not: then the stream
   * brings no rows, and DDL there is the operator's.
   */
  default void denied(boolean denies) {}

  /**
   * Decides.
   *
   * @param held the statement that the stream stood before when it ended last; null if it did not
   * @param own true when an applier of the other direction announced it and runs it
   */
  DdlVerdict judge(SourceEvent.Ddl ddl, DdlStatement held, boolean own);

  /**
   * DDL may have changed tables since the move was planned, or while the stream did not run: what
   * they are now is said in the first cut, and appliers look whether their own tables fit.
   */
  static List<DdlStatement> asTheyAre(Set<String> tables) {
    String asItBegins = "(the table as the stream begins)";
    return tables.stream()
        .sorted()
        .map(table -> new DdlStatement(table, asItBegins, "", DdlStatement.Action.CHECK, 0))
        .toList();
  }

  /** Stops before every statement. */
  DdlPolicy STOP =
      new DdlPolicy() {
        @Override
        public Map<String, String> shapes() {
          return Map.of();
        }

        @Override
        public DdlVerdict judge(SourceEvent.Ddl ddl, DdlStatement held, boolean own) {
          return own
              ? DdlVerdict.pass(
                  new DdlStatement(
                      ddl.table(), ddl.statement(), ddl.gtid(), DdlStatement.Action.OWN, 0),
                  shapes())
              : DdlVerdict.stop(null, StreamErrors.ddl(ddl, null));
        }
      };
}
