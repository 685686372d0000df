package dev.sluice.mysql.schema;

import dev.sluice.mysql.schema.DdlScanner.Token;
import dev.sluice.mysql.sql.Identifiers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Takes SHOW CREATE TABLE apart and puts it together for a target. */
final class TargetDdlBuilder {

  private final TableDescription table;
  private final boolean olderNames;
  private final List<String> kept = new ArrayList<>();
  private final List<String> indexes = new ArrayList<>();
  private final List<String> foreignKeys = new ArrayList<>();
  private final Set<String> foreignKeyColumns = new HashSet<>();
  private final String options;
  private Optional<String> autoIncrementColumn = Optional.empty();
  private boolean autoIncrementServed;

  TargetDdlBuilder(TableDescription table, String showCreate, boolean olderNames) {
    this.table = table;
    this.olderNames = olderNames;
    List<Token> tokens = DdlScanner.tokens(showCreate);
    int body = 0;
    while (body < tokens.size() && !tokens.get(body).group()) {
      body++;
    }
    if (body == tokens.size() || !tokens.get(0).is("CREATE")) {
      throw new IllegalArgumentException("not the text of SHOW CREATE TABLE: " + showCreate);
    }
    String group = tokens.get(body).text();
    this.options =
        new TableOptions(named(table.collation()))
            .rewritten(showCreate.substring(tokens.get(body).end()));
    DdlScanner.splitByComma(group.substring(1, group.length() - 1)).forEach(this::sort);
  }

  TargetDdl build() {
    List<DeferredIndex> deferred = new ArrayList<>();
    List<String> staying = new ArrayList<>(kept);
    for (String index : indexes) {
      if (mustStay(index)) {
        staying.add(index);
      } else {
        deferred.add(deferredIndex(index));
      }
    }
    List<String> all = new ArrayList<>(kept);
    all.addAll(indexes);
    return new TargetDdl(table.name(), statement(all), statement(staying), deferred, foreignKeys);
  }

  private void sort(String definition) {
    List<Token> tokens = DdlScanner.tokens(definition);
    Token first = tokens.get(0);
    if (first.identifier()) {
      kept.add(column(definition, tokens));
    } else if (first.is("KEY")
        || first.is("INDEX")
        || first.is("FULLTEXT")
        || first.is("SPATIAL")) {
      indexes.add(definition);
    } else if (isForeignKey(tokens)) {
      foreignKeys.add(definition);
      foreignKeyColumns.addAll(columnsOf(tokens));
    } else {
      noteAutoIncrementKey(tokens);
      kept.add(definition);
    }
  }

  private void noteAutoIncrementKey(List<Token> tokens) {
    boolean key = tokens.get(0).is("PRIMARY") || tokens.get(0).is("UNIQUE");
    List<String> columns = key ? columnsOf(tokens) : List.of();
    if (!columns.isEmpty() && autoIncrementColumn.equals(Optional.of(columns.get(0)))) {
      autoIncrementServed = true;
    }
  }

  /** The column with its character set and collation directly after its type, and nowhere else. */
  private String column(String definition, List<Token> tokens) {
    String name = DdlScanner.unquoted(tokens.get(0).text());
    if (tokens.stream().anyMatch(token -> token.is("AUTO_INCREMENT"))) {
      autoIncrementColumn = Optional.of(name);
    }
    ColumnDescription column = table.column(name).orElse(null);
    if (column == null || column.collation() == null) {
      return definition;
    }
    int at = tokens.size() > 2 && tokens.get(2).group() ? 3 : 2;
    int typeEnd = tokens.get(at - 1).end();
    if (at + 2 < tokens.size() && tokens.get(at).is("CHARACTER") && tokens.get(at + 1).is("SET")) {
      at += 3;
    }
    if (at + 1 < tokens.size() && tokens.get(at).is("COLLATE")) {
      at += 2;
    }
    String rest = at < tokens.size() ? " " + definition.substring(tokens.get(at).start()) : "";
    return definition.substring(0, typeEnd)
        + " CHARACTER SET "
        + column.charset()
        + " COLLATE "
        + named(column.collation())
        + rest;
  }

  private String named(String collation) {
    return olderNames ? Collations.older(collation) : collation;
  }

  /**
   * An index stays when the table cannot be made without it, or a foreign key of the source uses
   * its first column. FULLTEXT and SPATIAL ones stay, too: to add one lets nobody write meanwhile,
   * and a table takes one FULLTEXT index a statement then.
   */
  private boolean mustStay(String index) {
    List<Token> tokens = DdlScanner.tokens(index);
    if (tokens.get(0).is("FULLTEXT") || tokens.get(0).is("SPATIAL")) {
      return true;
    }
    List<String> columns = columnsOf(tokens);
    if (columns.isEmpty()) {
      return false;
    }
    if (!autoIncrementServed && autoIncrementColumn.equals(Optional.of(columns.get(0)))) {
      autoIncrementServed = true;
      return true;
    }
    return foreignKeyColumns.contains(columns.get(0));
  }

  private static DeferredIndex deferredIndex(String index) {
    List<Token> tokens = DdlScanner.tokens(index);
    String name =
        tokens.stream()
            .filter(Token::identifier)
            .findFirst()
            .map(t -> DdlScanner.unquoted(t.text()))
            .orElseThrow();
    return new DeferredIndex(name, "ADD " + index);
  }

  private static boolean isForeignKey(List<Token> tokens) {
    int at = tokens.get(0).is("CONSTRAINT") ? 2 : 0;
    return tokens.size() > at + 1 && tokens.get(at).is("FOREIGN") && tokens.get(at + 1).is("KEY");
  }

  /** Names in the first group; an expression there ends the list. */
  private static List<String> columnsOf(List<Token> tokens) {
    List<String> columns = new ArrayList<>();
    String group = tokens.stream().filter(Token::group).findFirst().map(Token::text).orElse("()");
    for (String part : DdlScanner.splitByComma(group.substring(1, group.length() - 1))) {
      if (!part.startsWith("`")) {
        break;
      }
      columns.add(DdlScanner.unquoted(DdlScanner.tokens(part).get(0).text()));
    }
    return columns;
  }

  private String statement(List<String> definitions) {
    return "CREATE TABLE "
        + Identifiers.quote(table.name())
        + " (\n  "
        + String.join(",\n  ", definitions)
        + "\n)"
        + options;
  }
}
