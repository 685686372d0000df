package dev.sluice.tests.e2e;

import dev.sluice.tests.e2e.RandomTable.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Statements that change random tables, as an application on one source shard runs them. What is
 * chosen does not depend on what the tables hold, so that a seed gives the same statements whatever
 * the timing: many meet no row, or a duplicate. Not thread-safe.
 */
final class RandomStatements {

  /**
   * A statement.
   *
   * @param lines of the file that it loads; null for all but LOAD DATA
   */
  record Sql(String text, String lines) {}

  private final List<RandomTable> tables;
  private final List<List<Integer>> places;
  private final Rolls rolls;
  private final int shard;
  private final int shards;

  /**
   * @param places for each table the numbers whose value of {@code v} lies in this shard
   */
  RandomStatements(
      List<RandomTable> tables, List<List<Integer>> places, Rolls rolls, int shard, int shards) {
    this.tables = tables;
    this.places = places;
    this.rolls = rolls;
    this.shard = shard;
    this.shards = shards;
  }

  /**
   * The next statement.
   *
   * @param heavy large values are welcome
   */
  Sql next(boolean heavy) {
    int at = rolls.below(tables.size());
    RandomTable table = tables.get(at);
    return switch (rolls.weighted(18, 8, 12, 12, 24, 6, 6, 5, 10, 3, 3, 3, 3, 2, 3)) {
      case 0 -> plain(insert("INSERT INTO ", at, rolls.between(1, 3), heavy));
      case 1 -> plain(insert("INSERT IGNORE INTO ", at, rolls.between(1, 12), heavy));
      case 2 ->
          plain(
              insert("INSERT INTO ", at, rolls.between(1, 4), heavy)
                  + " ON DUPLICATE KEY UPDATE "
                  + assignments(at, heavy, "", true));
      case 3 -> plain(insert("REPLACE INTO ", at, rolls.between(1, 6), heavy));
      case 4 -> plain(update(at, assignments(at, heavy, "", true)) + theKey(table, ""));
      case 5 -> plain(update(at, newKey(table)) + theKey(table, ""));
      case 6 -> plain(update(at, "v = " + place(at)) + theKey(table, ""));
      case 7 -> plain(update(at, assignments(at, false, "", true)) + " WHERE v = " + place(at));
      case 8 -> plain("DELETE FROM " + table.name + theKey(table, ""));
      case 9 ->
          plain(
              "DELETE FROM "
                  + table.name
                  + " WHERE v = "
                  + place(at)
                  + " LIMIT "
                  + rolls.between(1, 30));
      case 10 ->
          plain(
              update(
                  at, "grows = " + rolls.of(table.columns.get(table.columns.size() - 1).light())));
      case 11 -> plain(copy(at));
      case 12 -> plain(updateTwo(at, heavy));
      case 13 -> plain(deleteTwo(at));
      default -> load(at);
    };
  }

  /** Rows of a table's first contents. */
  Sql fill(int table, int rows, boolean heavy) {
    return plain(insert("INSERT IGNORE INTO ", table, rows, heavy));
  }

  private static Sql plain(String text) {
    return new Sql(text, null);
  }

  private String number(RandomTable table) {
    return Integer.toString(rolls.below(table.numbers / shards + 1) * shards + shard);
  }

  private String place(int table) {
    return tables.get(table).place.valueOf(Integer.toString(rolls.of(places.get(table))));
  }

  private String uniqueValue(RandomTable table) {
    return rolls.percent(25) ? "NULL" : number(table);
  }

  private String theKey(RandomTable table, String alias) {
    return " WHERE " + table.key.is(alias.isEmpty() ? table.name : alias, number(table));
  }

  private String newKey(RandomTable table) {
    List<String> values = table.key.valuesOf(number(table), rolls.below(2));
    List<String> sets = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      sets.add(table.key.names().get(i) + " = " + values.get(i));
    }
    return String.join(", ", sets);
  }

  private String update(int table, String sets) {
    return "UPDATE "
        + (rolls.percent(15) ? "IGNORE " : "")
        + tables.get(table).name
        + " SET "
        + sets;
  }

  private String insert(String verb, int at, int rows, boolean heavy) {
    RandomTable table = tables.get(at);
    List<Column> columns = rolls.some(table.columns, 0, table.columns.size());
    List<String> names = new ArrayList<>(table.key.names());
    names.add("v");
    if (table.unique) {
      names.add("u");
    }
    columns.forEach(column -> names.add(column.quoted()));
    List<String> values = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      List<String> one = new ArrayList<>(table.key.valuesOf(number(table), rolls.below(2)));
      one.add(place(at));
      if (table.unique) {
        one.add(uniqueValue(table));
      }
      columns.forEach(column -> one.add(value(column, heavy)));
      values.add("(" + String.join(", ", one) + ")");
    }
    return verb
        + table.name
        + " ("
        + String.join(", ", names)
        + ") VALUES "
        + String.join(", ", values);
  }

  private String value(Column column, boolean heavy) {
    if (heavy && !column.heavy().isEmpty() && rolls.percent(30)) {
      return rolls.of(column.heavy());
    }
    return rolls.percent(10) ? "NULL" : rolls.of(column.light());
  }

  private String assignments(int at, boolean heavy, String alias, boolean withUnique) {
    RandomTable table = tables.get(at);
    List<String> sets = new ArrayList<>();
    for (Column column : rolls.some(table.columns, 1, 3)) {
      sets.add(alias + column.quoted() + " = " + value(column, heavy));
    }
    if (withUnique && table.unique && rolls.percent(40)) {
      sets.add(alias + "u = " + uniqueValue(table));
    }
    if (rolls.percent(10)) {
      sets.add(alias + "v = " + place(at));
    }
    return String.join(", ", sets);
  }

  /** A row under another key. */
  private String copy(int at) {
    RandomTable table = tables.get(at);
    String names =
        table.columns.stream().map(Column::quoted).collect(Collectors.joining(", ", ", v, ", ""));
    return rolls.of(List.of("INSERT INTO ", "REPLACE INTO ", "INSERT IGNORE INTO "))
        + table.name
        + " ("
        + String.join(", ", table.key.names())
        + names
        + ") SELECT "
        + String.join(", ", table.key.valuesOf(number(table), rolls.below(2)))
        + names
        + " FROM "
        + table.name
        + " AS other"
        + theKey(table, "other")
        + " LIMIT 1";
  }

  private String updateTwo(int at, boolean heavy) {
    int other = rolls.below(tables.size());
    return "UPDATE "
        + tables.get(at).name
        + " AS one, "
        + tables.get(other).name
        + " AS two SET "
        + assignments(at, heavy, "one.", false)
        + ", "
        + assignments(other, heavy, "two.", true)
        + theKey(tables.get(at), "one")
        + " AND "
        + tables.get(other).key.is("two", number(tables.get(other)));
  }

  private String deleteTwo(int at) {
    int other = rolls.below(tables.size());
    return "DELETE one, two FROM "
        + tables.get(at).name
        + " AS one, "
        + tables.get(other).name
        + " AS two"
        + theKey(tables.get(at), "one")
        + " AND "
        + tables.get(other).key.is("two", number(tables.get(other)));
  }

  private Sql load(int at) {
    RandomTable table = tables.get(at);
    StringBuilder lines = new StringBuilder();
    for (int i = rolls.between(1, 40); i > 0; i--) {
      lines.append(number(table)).append(',').append(rolls.of(places.get(at))).append('\n');
    }
    List<String> sets = new ArrayList<>();
    // what a file brings is text
    List<String> key = table.key.valuesOf("CAST(@n AS SIGNED)", rolls.below(2));
    for (int i = 0; i < key.size(); i++) {
      sets.add(table.key.names().get(i) + " = " + key.get(i));
    }
    sets.add("v = " + table.place.valueOf("CAST(@m AS SIGNED)"));
    if (table.unique) {
      sets.add("u = " + (rolls.percent(50) ? "NULL" : "@n"));
    }
    for (Column column : rolls.some(table.columns, 0, 3)) {
      sets.add(column.quoted() + " = " + value(column, false));
    }
    return new Sql(
        "LOAD DATA LOCAL INFILE 'rows' "
            + rolls.of(List.of("REPLACE", "IGNORE"))
            + " INTO TABLE "
            + table.name
            + " CHARACTER SET utf8mb4 FIELDS TERMINATED BY ',' (@n, @m) SET "
            + String.join(", ", sets),
        lines.toString());
  }
}
