package dev.sluice.mysql.ddl;

import dev.sluice.mysql.ddl.AlterClause.Kind;
import dev.sluice.mysql.ddl.DdlTokens.Token;
import java.util.List;
import java.util.Optional;

/** Tells what one clause of ALTER TABLE changes. Immutable. */
final class ClauseReader {

  private static final String[] INDEX = {"INDEX", "KEY", "UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR"};

  private final List<Token> tokens;

  /**
   * @param tokens of the clause; at least one
   */
  ClauseReader(List<Token> tokens) {
    this.tokens = tokens;
  }

  Kind kind() {
    Token verb = tokens.get(0);
    if (partitionRows()) {
      return Kind.PARTITION_ROWS;
    }
    if (partition()) {
      return Kind.PARTITION;
    }
    return switch (verb.upper()) {
      case "ADD" -> added(1);
      case "DROP" -> dropped();
      case "MODIFY", "CHANGE" -> Kind.COLUMN;
      case "ALTER" ->
          is(1, "INDEX")
              ? Kind.INDEX
              : is(1, "CHECK", "CONSTRAINT") ? Kind.CONSTRAINT : Kind.COLUMN;
      case "RENAME" ->
          is(1, "COLUMN") ? Kind.COLUMN : is(1, "INDEX", "KEY") ? Kind.INDEX : Kind.RENAME_TABLE;
      case "CONVERT" -> Kind.COLUMN;
      default -> Kind.OPTION;
    };
  }

  private Kind added(int next) {
    if (is(next, "CONSTRAINT")) {
      boolean named =
          !is(next + 1, "PRIMARY", "UNIQUE", "FOREIGN", "CHECK") && tokens.size() > next + 1;
      return added(next + (named ? 2 : 1));
    }
    if (is(next, INDEX)) {
      return Kind.INDEX;
    }
    if (is(next, "PRIMARY")) {
      return Kind.PRIMARY_KEY;
    }
    return is(next, "FOREIGN", "CHECK") ? Kind.CONSTRAINT : Kind.COLUMN;
  }

  private Kind dropped() {
    if (is(1, "INDEX", "KEY")) {
      return Kind.INDEX;
    }
    if (is(1, "PRIMARY")) {
      return Kind.PRIMARY_KEY;
    }
    return is(1, "FOREIGN", "CHECK", "CONSTRAINT") ? Kind.CONSTRAINT : Kind.COLUMN;
  }

  private boolean partitionRows() {
    boolean tablespace = is(0, "DISCARD", "IMPORT");
    return tablespace
        || is(0, "DROP", "TRUNCATE", "EXCHANGE") && is(1, "PARTITION") && tokens.size() > 2;
  }

  private boolean partition() {
    if (is(0, "ADD", "COALESCE", "REORGANIZE", "REBUILD", "ANALYZE", "CHECK", "OPTIMIZE", "REPAIR")
        && is(1, "PARTITION")) {
      return true;
    }
    if (is(0, "REMOVE") && is(1, "PARTITIONING")) {
      return true;
    }
    // PARTITION BY may follow other clauses without a comma
    for (int i = 0; i + 1 < tokens.size(); i++) {
      if (is(i, "PARTITION") && is(i + 1, "BY")) {
        return true;
      }
    }
    return false;
  }

  /** The tokens of the table's new name. */
  Optional<List<Token>> newName() {
    if (kind() != Kind.RENAME_TABLE) {
      return Optional.empty();
    }
    int from = is(1, "TO", "AS", "=") ? 2 : 1;
    return Optional.of(tokens.subList(Math.min(from, tokens.size()), tokens.size()));
  }

  /** The tokens of the table whose rows a partition is exchanged with. */
  Optional<List<Token>> exchangedWith() {
    for (int i = 0; is(0, "EXCHANGE") && i + 2 < tokens.size(); i++) {
      if (is(i, "WITH") && is(i + 1, "TABLE")) {
        return Optional.of(tokens.subList(i + 2, tokens.size()));
      }
    }
    return Optional.empty();
  }

  private boolean is(int index, String... words) {
    return index < tokens.size() && tokens.get(index).is(words);
  }
}
