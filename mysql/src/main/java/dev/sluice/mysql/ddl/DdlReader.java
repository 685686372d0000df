package dev.sluice.mysql.ddl;

import dev.sluice.mysql.ddl.DdlTokens.Token;
import dev.sluice.mysql.ddl.TableDdl.Rename;
import dev.sluice.mysql.ddl.TableDdl.Verb;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads which existing tables a statement concerns, without understanding all of MySQL's grammar:
 * only the heads of statements and of ALTER's clauses. Not thread-safe; one a statement.
 */
public final class DdlReader {

  private final String text;
  private final String defaultSchema;
  private final List<Token> tokens;
  private int at;
  private int nameStart = -1;
  private int nameEnd;

  private DdlReader(String text, String defaultSchema) {
    this.text = text;
    this.defaultSchema = defaultSchema == null ? "" : defaultSchema;
    this.tokens = DdlTokens.of(text);
  }

  /**
   * Reads a statement.
   *
   * @param defaultSchema of the session that ran it; may be null
   * @return empty when it concerns no table that was there before
   */
  public static Optional<TableDdl> read(String statement, String defaultSchema) {
    return Optional.ofNullable(new DdlReader(statement, defaultSchema).read());
  }

  /**
   * The statement with another name for the table that it names first.
   *
   * @param table quoted, with its schema
   * @throws IllegalArgumentException when the statement concerns no table
   */
  public static String retargeted(String statement, String table) {
    DdlReader reader = new DdlReader(statement, "");
    if (reader.read() == null || reader.nameStart < 0) {
      throw new IllegalArgumentException("names no table: " + statement);
    }
    String rest = statement.substring(reader.nameEnd).stripTrailing();
    while (rest.endsWith(";")) {
      rest = rest.substring(0, rest.length() - 1).stripTrailing();
    }
    return statement.substring(0, reader.nameStart) + table + rest;
  }

  private TableDdl read() {
    if (take("ALTER")) {
      return alter();
    }
    if (take("RENAME")) {
      return take("TABLE", "TABLES") ? rename() : null;
    }
    if (take("TRUNCATE")) {
      take("TABLE");
      return plain(Verb.TRUNCATE, name());
    }
    if (take("CREATE")) {
      return index(Verb.CREATE_INDEX);
    }
    return take("DROP") ? drop() : null;
  }

  private TableDdl alter() {
    while (take("ONLINE", "OFFLINE", "IGNORE")) {
      continue;
    }
    if (!take("TABLE")) {
      return null;
    }
    TableName table = name();
    if (table == null) {
      return null;
    }
    List<AlterClause> clauses = new ArrayList<>();
    List<TableName> tables = new ArrayList<>(List.of(table));
    List<Rename> renames = new ArrayList<>();
    for (List<Token> clause : clauses()) {
      ClauseReader reader = new ClauseReader(clause);
      String written = text.substring(clause.get(0).start(), clause.get(clause.size() - 1).end());
      clauses.add(new AlterClause(reader.kind(), written));
      reader.newName().map(this::nameIn).ifPresent(to -> renames.add(new Rename(table, to)));
      reader.exchangedWith().map(this::nameIn).ifPresent(tables::add);
    }
    return new TableDdl(Verb.ALTER, tables, renames, clauses, null);
  }

  /** What follows the table's name, cut at the commas outside of groups. */
  private List<List<Token>> clauses() {
    List<List<Token>> clauses = new ArrayList<>();
    List<Token> clause = new ArrayList<>();
    for (; at < tokens.size(); at++) {
      Token token = tokens.get(at);
      if (token.is(",")) {
        add(clause, clauses);
        clause = new ArrayList<>();
      } else if (!token.is(";")) {
        clause.add(token);
      }
    }
    add(clause, clauses);
    return clauses;
  }

  private static void add(List<Token> clause, List<List<Token>> clauses) {
    if (!clause.isEmpty()) {
      clauses.add(clause);
    }
  }

  private TableDdl rename() {
    List<Rename> renames = new ArrayList<>();
    do {
      TableName from = name();
      take("TO");
      TableName to = name();
      if (from == null || to == null) {
        break;
      }
      renames.add(new Rename(from, to));
    } while (take(","));
    return renames.isEmpty()
        ? null
        : new TableDdl(
            Verb.RENAME, renames.stream().map(Rename::from).toList(), renames, List.of(), null);
  }

  private TableDdl drop() {
    if (take("DATABASE", "SCHEMA")) {
      skipExists();
      String schema = at < tokens.size() ? tokens.get(at).name() : null;
      return schema == null
          ? null
          : new TableDdl(Verb.DROP, List.of(), List.of(), List.of(), schema);
    }
    if (take("TABLE", "TABLES")) {
      skipExists();
      List<TableName> tables = new ArrayList<>();
      do {
        TableName table = name();
        if (table != null) {
          tables.add(table);
        }
      } while (take(","));
      return plain(Verb.DROP, tables.toArray(TableName[]::new));
    }
    return index(Verb.DROP_INDEX);
  }

  private void skipExists() {
    if (take("IF")) {
      take("EXISTS");
    }
  }

  private TableDdl index(Verb verb) {
    while (take("UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR", "ONLINE", "OFFLINE")) {
      continue;
    }
    if (!take("INDEX")) {
      return null;
    }
    while (at < tokens.size() && !tokens.get(at).is("ON")) {
      at++;
    }
    return take("ON") ? plain(verb, name()) : null;
  }

  private static TableDdl plain(Verb verb, TableName... tables) {
    if (tables.length == 0 || tables[0] == null) {
      return null;
    }
    return new TableDdl(verb, List.of(tables), List.of(), List.of(), null);
  }

  private boolean take(String... words) {
    if (at < tokens.size() && tokens.get(at).is(words)) {
      at++;
      return true;
    }
    return false;
  }

  private TableName name() {
    List<Token> rest = tokens.subList(at, tokens.size());
    TableName name = nameIn(rest);
    if (name != null) {
      boolean qualified = rest.size() > 2 && rest.get(1).is(".");
      if (nameStart < 0) {
        nameStart = rest.get(0).start();
        nameEnd = rest.get(qualified ? 2 : 0).end();
      }
      at += rest.size() > 2 && rest.get(1).is(".") ? 3 : 1;
    }
    return name;
  }

  /** The name, qualified or not, that the tokens begin with; null when they begin otherwise. */
  private TableName nameIn(List<Token> from) {
    if (from.isEmpty() || !from.get(0).isName()) {
      return null;
    }
    if (from.size() > 2 && from.get(1).is(".") && from.get(2).isName()) {
      return new TableName(from.get(0).name(), from.get(2).name());
    }
    return new TableName(defaultSchema, from.get(0).name());
  }
}
