package dev.sluice.tests.e2e;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A table by seed: some shape of key, a column {@code v} that places rows, maybe a unique column
 * {@code u}, and columns of any types. Its columns change with DDL. Not thread-safe.
 */
final class RandomTable {

  /** Above this, a text in SQL makes a value too large for thousands of rows. */
  private static final Pattern HEAVY = Pattern.compile("REPEAT\\(.*, \\d{4,}\\)");

  private static final Pattern NO_SNAPSHOT = Pattern.compile("FLOAT|CHARACTER SET|NCHAR");

  private static final List<String> ODD_NAMES =
      List.of("select", "a``b", "sp ace", "ü日", "x'y", "{fn}", "%s", "a.b");

  /** A column that places rows: its type, the value of a number {@code {m}}, what is hashed. */
  record Place(String type, String value, String canonical) {

    static final List<Place> ALL =
        List.of(
            new Place("INT", "{m} * 7", "CAST(v AS CHAR)"),
            new Place("BIGINT UNSIGNED", "18446744073709551615 - {m}", "CAST(v AS CHAR)"),
            new Place(
                "VARCHAR(20) COLLATE utf8mb4_bin",
                "CONCAT('t', {m}, ' x')",
                "CONVERT(v USING utf8mb4)"),
            new Place("VARBINARY(16)", "UNHEX(CONCAT('00FF', LPAD(HEX({m}), 4, '0')))", "(v)"),
            new Place("DATE", "DATE'2000-02-01' + INTERVAL {m} DAY", "CAST(v AS CHAR)"),
            new Place("DECIMAL(20,2)", "{m} / 4 - 3", "CAST(v AS CHAR)"));

    String valueOf(String number) {
      return value.replace("{m}", number);
    }
  }

  /** A column with values, as SQL. */
  record Column(String name, String type, List<String> light, List<String> heavy) {

    String quoted() {
      return "`" + name + "`";
    }
  }

  final String name;
  final RandomKey key;
  final Place place;
  final boolean unique;
  final int numbers;
  private final boolean computed;
  private final boolean indexed;
  final List<Column> columns = new ArrayList<>();

  /** Names of indexes that DDL has added. */
  final List<String> addedIndexes = new ArrayList<>();

  /**
   * @param sizes how many keys there may be
   * @param shards of the source: with several, keys are not left to the servers
   */
  RandomTable(
      String name, Rolls rolls, Map<String, List<String>> types, List<Integer> sizes, int shards) {
    this.name = name;
    List<RandomKey> keys =
        RandomKey.ALL.stream().filter(shape -> shape.shared() || shards == 1).toList();
    this.key = rolls.of(keys);
    this.place = rolls.of(Place.ALL);
    this.unique = rolls.percent(50);
    this.computed = unique && rolls.percent(40);
    this.indexed = rolls.percent(60);
    this.numbers = rolls.of(sizes);
    for (String type : rolls.some(List.copyOf(types.keySet()), 1, 7)) {
      boolean odd = rolls.percent(8);
      String column = odd ? rolls.of(ODD_NAMES) + columns.size() : "c" + columns.size();
      columns.add(column(column, type, types.get(type)));
    }
    columns.add(
        new Column(
            "grows", "VARCHAR(10)", List.of("'x'", "'ü'", "NULL", "'0123456789'"), List.of()));
  }

  static Column column(String name, String type, List<String> values) {
    List<String> light = values.stream().filter(v -> !HEAVY.matcher(v).find()).toList();
    List<String> heavy = values.stream().filter(v -> HEAVY.matcher(v).find()).toList();
    return new Column(name, type, light.isEmpty() ? List.of("NULL") : light, heavy);
  }

  /** A whole statement; a table without a key gets an invisible one where the session asks. */
  String create() {
    StringBuilder sql = new StringBuilder("CREATE TABLE " + name + " (" + key.definition());
    sql.append("v ").append(place.type()).append(" NOT NULL, ");
    if (unique) {
      sql.append("u INT NULL, UNIQUE KEY by_u (u), ");
    }
    if (computed) {
      sql.append("cu VARCHAR(30) GENERATED ALWAYS AS (CONCAT(u, '-')) VIRTUAL, ");
      sql.append("UNIQUE KEY by_cu (cu), UNIQUE KEY by_fn ((u * 2)), ");
    }
    sql.append(
        columns.stream()
            .map(column -> column.quoted() + " " + column.type())
            .collect(Collectors.joining(", ")));
    sql.append(indexed ? ", KEY by_v (v), KEY by_grows (grows)" : "");
    sql.append(key.clause().isEmpty() ? "" : ", " + key.clause());
    return sql.append(") DEFAULT CHARSET utf8mb4").toString();
  }

  /** True when {@code copy: debezium-snapshot} refuses it. */
  boolean needsChunkedCopy() {
    return NO_SNAPSHOT.matcher(create()).find();
  }

  @Override
  public String toString() {
    return create() + " /* " + numbers + " keys */";
  }
}
