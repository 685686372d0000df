package dev.sluice.capture.ddl;

import dev.sluice.capture.stream.SourceEvent;
import dev.sluice.mysql.ddl.AlterClause;
import dev.sluice.mysql.ddl.TableDdl;
import dev.sluice.schemas.workflow.MovePlan;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which statements {@code on-ddl: exec} runs: those that make the same of every copy of a table,
 * whenever and wherever they run. Stateless.
 */
final class ExecRules {

  /** A default that is worked out when the statement runs. */
  private static final Pattern WORKED_OUT =
      Pattern.compile(
          "\\b(CURRENT_TIMESTAMP|NOW|LOCALTIME|LOCALTIMESTAMP|CURRENT_DATE|CURRENT_TIME|CURDATE"
              + "|AUTO_INCREMENT|SERIAL)\\b|\\bDEFAULT\\s*\\(",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern GENERATED =
      Pattern.compile("\\bAS\\s*\\(", Pattern.CASE_INSENSITIVE);

  private static final String STRINGS = "'(?:[^'\\\\]|\\\\.|'')*'";

  private static final List<String> OPTIONS =
      List.of("ALGORITHM", "LOCK", "COMMENT", "ROW_FORMAT", "KEY_BLOCK_SIZE", "FORCE", "STATS_");

  private ExecRules() {}

  /** What keeps the statement from being run; empty when nothing does. */
  static Optional<String> obstacle(SourceEvent.Ddl ddl, TableDdl read, MovePlan plan) {
    if (read.effect() == TableDdl.Effect.INDEX) {
      return Optional.empty();
    }
    if (read.effect() != TableDdl.Effect.SHAPE) {
      return Optional.of("only ALTER TABLE of columns and indexes is");
    }
    for (AlterClause clause : read.clauses()) {
      Optional<String> obstacle = obstacle(clause);
      if (obstacle.isPresent()) {
        return obstacle;
      }
    }
    return kindsKept(ddl, plan);
  }

  private static Optional<String> obstacle(AlterClause clause) {
    String text = clause.text();
    switch (clause.kind()) {
      case INDEX:
        return Optional.empty();
      case COLUMN:
        if (text.toUpperCase(Locale.ROOT).startsWith("CONVERT")) {
          return Optional.of("the character set of every column changes");
        }
        String words = text.replaceAll(STRINGS, "''");
        if (WORKED_OUT.matcher(words).find() || GENERATED.matcher(words).find()) {
          return Optional.of("a value would be worked out anew on each server in \"" + text + "\"");
        }
        return Optional.empty();
      case OPTION:
        boolean harmless =
            OPTIONS.stream().anyMatch(o -> text.toUpperCase(Locale.ROOT).startsWith(o));
        return harmless
            ? Optional.empty()
            : Optional.of("\"" + text + "\" is not among its clauses");
      default:
        return Optional.of("\"" + text + "\" is not among its clauses");
    }
  }

  /** Conversions between kinds of values depend on the session that runs them. */
  private static Optional<String> kindsKept(SourceEvent.Ddl ddl, MovePlan plan) {
    return ddl.columns().stream()
        .flatMap(
            engine ->
                plan.table(ddl.table()).schema().columns().stream()
                    .filter(known -> known.name().equalsIgnoreCase(engine.name()))
                    .filter(
                        known ->
                            ColumnShapes.built(engine)
                                .filter(built -> built.kind() == known.kind())
                                .isEmpty()))
        .findFirst()
        .map(column -> "column " + column.name() + " gets values of another kind");
  }
}
