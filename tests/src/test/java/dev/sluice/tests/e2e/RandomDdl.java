package dev.sluice.tests.e2e;

import dev.sluice.tests.e2e.RandomTable.Column;
import java.util.List;
import java.util.Map;

/** DDL on random tables and beside them, of kinds that a policy carries on. Not thread-safe. */
final class RandomDdl {

  /** What {@code on-ddl} says, and so what an application may do. */
  enum Policy {
    STOP,
    IGNORE,
    EXEC
  }

  private final Policy policy;
  private final List<RandomTable> tables;
  private final Map<String, List<String>> types;
  private final Rolls rolls;
  private int count;

  RandomDdl(Policy policy, List<RandomTable> tables, Map<String, List<String>> types, Rolls rolls) {
    this.policy = policy;
    this.tables = tables;
    this.types = types;
    this.rolls = rolls;
  }

  /** The next statement; the tables are as they will be behind it. */
  String next() {
    count++;
    RandomTable table = rolls.of(tables);
    int kind = policy == Policy.STOP ? 0 : rolls.weighted(20, 40, policy == Policy.EXEC ? 90 : 0);
    return switch (kind) {
      case 0 -> beside();
      case 1 -> index(table);
      default -> shape(table);
    };
  }

  private String beside() {
    return switch (rolls.below(6)) {
      case 0 ->
          "CREATE TABLE beside"
              + count
              + " (id INT PRIMARY KEY, t TEXT) PARTITION BY HASH (id) PARTITIONS 3";
      case 1 -> "DROP TABLE IF EXISTS beside" + (count - 1) + ", beside" + (count - 2);
      case 2 -> "CREATE OR REPLACE VIEW seen AS SELECT COUNT(*) AS n FROM " + tables.get(0).name;
      case 3 -> "ANALYZE TABLE " + tables.get(0).name;
      case 4 -> "CREATE TABLE IF NOT EXISTS twin LIKE " + tables.get(0).name;
      default -> "ALTER TABLE twin RENAME COLUMN v TO w" + count;
    };
  }

  private String index(RandomTable table) {
    if (!table.addedIndexes.isEmpty() && rolls.percent(50)) {
      String index = table.addedIndexes.remove(0);
      return rolls.percent(50)
          ? "DROP INDEX " + index + " ON " + table.name
          : "ALTER TABLE " + table.name + " DROP KEY " + index;
    }
    String index = "added" + count;
    table.addedIndexes.add(index);
    String columns = rolls.of(List.of("(v)", "(grows)", "(grows(3), v)", "((LENGTH(grows)))"));
    return rolls.percent(50)
        ? "CREATE INDEX " + index + " ON " + table.name + " " + columns
        : "ALTER TABLE " + table.name + " ADD KEY " + index + " " + columns;
  }

  private String shape(RandomTable table) {
    String alter = "ALTER TABLE " + table.name + " ";
    int last = table.columns.size() - 1;
    int some = rolls.below(table.columns.size());
    return switch (rolls.weighted(40, last > 0 ? 20 : 0, last > 0 ? 15 : 0, 10, 10)) {
      case 0 -> alter + add(table);
      case 1 -> alter + "DROP COLUMN " + table.columns.remove(some % last).quoted();
      case 2 -> {
        Column old = table.columns.get(some % last);
        Column renamed = new Column("r" + count, old.type(), old.light(), old.heavy());
        table.columns.set(some % last, renamed);
        yield alter + "RENAME COLUMN " + old.quoted() + " TO " + renamed.quoted();
      }
      case 3 -> alter + "MODIFY COLUMN grows VARCHAR(" + (10 + count) + ")";
      default -> alter + "COMMENT = 'it''s " + count + "; -- no end', " + add(table);
    };
  }

  private String add(RandomTable table) {
    String where = rolls.of(List.of("", " FIRST", " AFTER v"));
    String name = "d" + count;
    if (rolls.percent(30)) {
      table.columns.add(0, new Column(name, "INT", List.of("1", "-2147483648", "7"), List.of()));
      return "ADD COLUMN " + name + " INT NOT NULL DEFAULT " + count + where;
    }
    // a default that depends on the moment is left to an operator
    String type =
        rolls.of(types.keySet().stream().filter(one -> !one.contains("CURRENT_")).toList());
    table.columns.add(0, RandomTable.column(name, type, types.get(type)));
    return "ADD COLUMN " + name + " " + type + where;
  }
}
