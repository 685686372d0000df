package dev.sluice.tests.e2e;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Tables of every kind with rows by seed: each has the columns {@code id}, which tells rows apart,
 * and {@code v}, which places them.
 */
final class TypeTables {

  /** Rows of one load. */
  static final int ROWS = 16;

  /** Keys of one or more columns, then their values from {@code n}, 1 to {@link #ROWS}. */
  private static final Map<String, String> KEYS =
      Map.ofEntries(
          Map.entry(
              "a VARCHAR(20) COLLATE utf8mb4_0900_ai_ci NOT NULL, b INT NOT NULL, PRIMARY KEY (a, b)",
              "CONCAT(IF(n % 2, 'Ä', 'a'), n % 7, ' '), n"),
          Map.entry(
              "a VARCHAR(20) CHARACTER SET latin1 NOT NULL, UNIQUE KEY (a)",
              "CONCAT(CHAR(129, 223 USING latin1), n)"),
          Map.entry(
              "a VARCHAR(20) CHARACTER SET gbk NOT NULL, UNIQUE KEY (a)",
              "CONCAT(_utf8mb4'中文', n)"),
          Map.entry(
              "a BINARY(6) NOT NULL, PRIMARY KEY (a)", "UNHEX(CONCAT(LPAD(HEX(n), 4, '0'), '00'))"),
          Map.entry(
              "a VARBINARY(8) NOT NULL, PRIMARY KEY (a)",
              "UNHEX(CONCAT('FF00', LPAD(HEX(n), 4, '0'), '20'))"),
          Map.entry(
              "a ENUM('z','m','a','10') NOT NULL, b SET('x','y') NOT NULL, c INT NOT NULL, PRIMARY KEY (a, b, c)",
              "ELT(1 + n % 4, 'z', 'm', 'a', '10'), n % 4, n"),
          Map.entry(
              "a DATETIME(6) NOT NULL, PRIMARY KEY (a)",
              "TIMESTAMP'1969-12-31 23:59:59.999990' + INTERVAL n MICROSECOND"),
          Map.entry(
              "a TIMESTAMP(3) NOT NULL, PRIMARY KEY (a)",
              "TIMESTAMP'2024-03-31 02:00:00' + INTERVAL n * 1001000 MICROSECOND"),
          Map.entry(
              "a DATE NOT NULL, b TIME(2) NOT NULL, PRIMARY KEY (b, a)",
              "DATE'2000-02-20' + INTERVAL n DAY, SEC_TO_TIME(n * -90000.25)"),
          Map.entry("a YEAR NOT NULL, PRIMARY KEY (a)", "IF(n = 1, 0, 1900 + n * 15)"),
          Map.entry("a DECIMAL(30,3) NOT NULL, PRIMARY KEY (a)", "n / 8 - 1"),
          Map.entry(
              "a BIGINT UNSIGNED NOT NULL, PRIMARY KEY (a)",
              "CAST(18446744073709551615 AS UNSIGNED) - n"),
          Map.entry(
              "a BIT(64) NOT NULL, PRIMARY KEY (a)", "CAST(18446744073709551615 AS UNSIGNED) - n"),
          Map.entry("a BIT(24) NOT NULL, PRIMARY KEY (a)", "n * 65535"));

  private final long seed;
  private final Connection connection;
  private final Map<String, List<String>> columns;
  private final List<String> tables = new ArrayList<>();
  private final List<String> keyTables = new ArrayList<>();
  private Map<String, List<byte[]>> characters;

  TypeTables(Connection connection, long seed) {
    this.connection = connection;
    this.seed = seed;
    this.columns = TypeColumns.all(seed);
  }

  /** Names of all tables. */
  List<String> names() {
    return tables;
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(sql);
    } catch (SQLException e) {
      throw new SQLException(
          "seed " + seed + ": " + sql.substring(0, Math.min(300, sql.length())), e);
    }
  }

  private String table(String name) {
    tables.add(name);
    return "CREATE TABLE " + HexRows.quoted(name) + " (id INT NOT NULL, v INT NOT NULL, ";
  }

  void create() throws SQLException {
    StringBuilder every = new StringBuilder(table("every_type"));
    int number = 0;
    for (String type : columns.keySet()) {
      every.append('c').append(number++).append(' ').append(type).append(", ");
    }
    run(every + "PRIMARY KEY (id)) DEFAULT CHARSET utf8mb4");
    characters = charactersOfEverySet();
    run(
        table("charsets")
            + characters.keySet().stream()
                .map(set -> "c_" + set + " VARCHAR(30) CHARACTER SET " + set)
                .collect(Collectors.joining(", "))
            + ", PRIMARY KEY (id))");
    run(
        table("odd `tab,le.x")
            + "`select` INT, `a``b` VARCHAR(9), `sp ace` INT DEFAULT 3, `\"q\"` INT, `ü日` TEXT, `a.b` INT, `a,b` INT,"
            + " `1st` INT, `%s` INT, `x'y` INT, `{fn}` INT, `UPPER` INT, `upper_x20` INT, `#` INT, PRIMARY KEY (id))");
    run(
        table("computed")
            + "a VARCHAR(40) NOT NULL, n INT, hidden INT DEFAULT 9 INVISIBLE,"
            + " st VARCHAR(90) GENERATED ALWAYS AS (CONCAT(a, '-', v)) STORED,"
            + " vi INT GENERATED ALWAYS AS (id * 2) VIRTUAL,"
            + " vj JSON GENERATED ALWAYS AS (JSON_OBJECT('a', a)) VIRTUAL INVISIBLE,"
            + " PRIMARY KEY (id), UNIQUE KEY by_st (st), UNIQUE KEY by_vi (vi, n), UNIQUE KEY by_fn ((LOWER(a))),"
            + " UNIQUE KEY by_prefix (a(12)))");
    run(
        table("wide")
            + IntStream.range(0, 498)
                .mapToObj(
                    i ->
                        "w"
                            + i
                            + (i % 3 == 0 ? " VARCHAR(8)" : i % 3 == 1 ? " INT" : " DATETIME(3)"))
                .collect(Collectors.joining(", "))
            + ", PRIMARY KEY (id))");
    run("SET SESSION sql_generate_invisible_primary_key = ON");
    run(table("no_key") + "t VARCHAR(20))");
    run("SET SESSION sql_generate_invisible_primary_key = OFF");
    int key = 0;
    for (String definition : new TreeMap<>(KEYS).keySet()) {
      keyTables.add("key" + key++);
      run(table(keyTables.get(keyTables.size() - 1)) + definition + ")");
    }
  }

  /** Puts {@link #ROWS} rows into every table, of ids from {@code first} on. */
  void load(int first) throws SQLException {
    List<List<String>> values = List.copyOf(columns.values());
    for (int row = 0; row < ROWS; row++) {
      String head = " VALUES (" + (first + row) + ", " + (first + row) * 7 + ", ";
      List<String> every = new ArrayList<>();
      for (List<String> edges : values) {
        every.add(
            row == ROWS - 1 && !edges.contains("DEFAULT") ? "NULL" : edges.get(row % edges.size()));
      }
      run("INSERT INTO every_type" + head + String.join(", ", every) + ")");
      run("INSERT INTO charsets" + head + String.join(", ", textsOfEverySet(row)) + ")");
      run(
          "INSERT INTO `odd ``tab,le.x`"
              + head
              + row
              + ", '`', DEFAULT, 4, '日本', 5, 6, NULL, 8, 9, 10, 11, 12, 13)");
      run(
          "INSERT INTO computed (id, v, a, n) VALUES ("
              + (first + row)
              + ", "
              + row
              + ", 'Name "
              + (first + row)
              + "', "
              + (row % 3 == 0 ? "NULL" : row)
              + ")");
      run(
          "INSERT INTO wide (id, v, w0, w1, w497) VALUES ("
              + (first + row)
              + ", 3, 'x', 7, NOW(3))");
      run("INSERT INTO no_key (id, v, t)" + head + "'same')");
    }
    loadKeys(first);
  }

  private void loadKeys(int first) throws SQLException {
    int number = 0;
    for (String expressions : new TreeMap<>(KEYS).values()) {
      for (int row = 1; row <= ROWS / 2; row++) {
        int n = first > ROWS ? row + ROWS / 2 : row;
        run(
            "INSERT INTO key"
                + number
                + " SELECT "
                + (first + row)
                + ", n, "
                + expressions
                + " FROM (SELECT "
                + n
                + " AS n) AS one");
      }
      number++;
    }
  }

  /** Changes and deletes rows of the load that began with {@code first}. */
  void change(int first) throws SQLException {
    List<List<String>> values = List.copyOf(columns.values());
    for (int row = 0; row < ROWS / 2; row++) {
      List<String> sets = new ArrayList<>();
      for (int i = 0; i < values.size(); i++) {
        List<String> edges = values.get(i);
        sets.add("c" + i + " = " + edges.get((row + 5) % edges.size()));
      }
      run("UPDATE every_type SET " + String.join(", ", sets) + " WHERE id = " + (first + row));
      run("UPDATE computed SET a = CONCAT(a, ' new'), v = v + 100 WHERE id = " + (first + row));
      run("UPDATE no_key SET t = 'other', v = v + 1 WHERE id = " + (first + row));
    }
    for (String table : tables) {
      run("DELETE FROM " + HexRows.quoted(table) + " WHERE id = " + (first + ROWS / 2));
    }
    for (String table : keyTables) {
      run("UPDATE " + table + " SET v = v + 1000 WHERE id = " + (first + 1));
      run("UPDATE " + table + " SET id = id + 500 WHERE id = " + (first + 2));
    }
    // a key that changes to one that its collation calls equal
    for (String table : keyTables) {
      if (KEYS.containsKey(keyOf(table)) && keyOf(table).contains("_ai_ci")) {
        run("UPDATE " + table + " SET a = UPPER(a) WHERE id = " + (first + 2 + 500));
      }
    }
  }

  private String keyOf(String table) {
    return List.copyOf(new TreeMap<>(KEYS).keySet()).get(keyTables.indexOf(table));
  }

  private List<String> textsOfEverySet(int row) {
    List<String> texts = new ArrayList<>();
    for (Map.Entry<String, List<byte[]>> set : characters.entrySet()) {
      List<byte[]> all = set.getValue();
      StringBuilder hex = new StringBuilder();
      for (int i = 0; i < 16; i++) {
        // rows overlap, so that 16 of them cover the 256 of a small set
        byte[] code = all.get((row * 16 + i) % all.size());
        hex.append(HexFormat.of().formatHex(code));
      }
      texts.add("CONVERT(X'" + hex + "' USING " + set.getKey() + ")");
    }
    return texts;
  }

  /** Per character set, codes of characters that the server turns into text and back. */
  private Map<String, List<byte[]>> charactersOfEverySet() throws SQLException {
    List<String> sets = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT CHARACTER_SET_NAME FROM information_schema.CHARACTER_SETS WHERE CHARACTER_SET_NAME <> 'binary'"
                    + " ORDER BY 1")) {
      while (result.next()) {
        sets.add(result.getString(1));
      }
    }
    Random random = new Random(seed);
    Map<String, List<byte[]>> characters = new TreeMap<>();
    for (String set : sets) {
      List<byte[]> codes = codes(set);
      if (codes.size() > 256) {
        Collections.shuffle(codes, random);
        codes = codes.subList(0, 240);
      }
      characters.put(set, codes);
    }
    return characters;
  }

  private List<byte[]> codes(String set) throws SQLException {
    List<byte[]> codes = new ArrayList<>();
    StringBuilder block = new StringBuilder();
    int[] plane = {0, 0x1F600, 0x20000, 0x10FFFF};
    for (int c = 0; c < 0x10000 + plane.length; c++) {
      int character = c < 0x10000 ? c : plane[c - 0x10000];
      boolean skipped = character == '\n' || character >= 0xd800 && character < 0xe000;
      if (!skipped && (c % 7 == 0 || c < 0x600 || c >= 0xff60)) {
        block.appendCodePoint(character).append('\n');
      }
      if (block.length() > 20_000 || c == 0x10000 + plane.length - 1) {
        addCodes(set, block.toString(), codes);
        block.setLength(0);
      }
    }
    return codes;
  }

  private void addCodes(String set, String text, List<byte[]> codes) throws SQLException {
    String utf8 =
        "CONVERT(X'"
            + HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8))
            + "' USING utf8mb4)";
    String unit = "CONVERT(CONVERT(CONVERT(X'0A' USING utf8mb4) USING " + set + ") USING binary)";
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT HEX(CONVERT("
                    + utf8
                    + " USING "
                    + set
                    + ")), HEX("
                    + unit
                    + "),"
                    + " HEX(CONVERT(CONVERT("
                    + utf8
                    + " USING "
                    + set
                    + ") USING utf8mb4))")) {
      result.next();
      List<byte[]> code = split(result.getString(1), result.getString(2));
      List<byte[]> back = split(result.getString(3), "0A");
      String[] characters = text.split("\n", -1);
      for (int i = 0; i < code.size(); i++) {
        if (Arrays.equals(back.get(i), characters[i].getBytes(StandardCharsets.UTF_8))) {
          codes.add(code.get(i));
        }
      }
    }
  }

  /** Pieces of a hexadecimal text between line feeds of the character set's own width. */
  private static List<byte[]> split(String hex, String separator) {
    List<byte[]> pieces = new ArrayList<>();
    StringBuilder piece = new StringBuilder();
    int width = separator.length();
    for (int at = 0; at < hex.length(); at += width) {
      String unit = hex.substring(at, Math.min(hex.length(), at + width));
      if (unit.equals(separator)) {
        pieces.add(HexFormat.of().parseHex(piece));
        piece.setLength(0);
      } else {
        piece.append(unit);
      }
    }
    return pieces;
  }
}
