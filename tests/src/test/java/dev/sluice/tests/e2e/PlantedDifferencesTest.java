package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mysql.digest.KeyBounds;
import dev.sluice.mysql.digest.TableDigests;
import dev.sluice.mysql.schema.InformationSchema;
import dev.sluice.mysql.schema.TableDescription;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.keyspace.KeyRange;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.tests.compare.ShardToCompare;
import dev.sluice.tests.compare.Side;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Differences planted by seed in tables of every type and key: the digests must find exactly those
 * that the servers' own HEX() shows.
 */
@Tag("e2e")
@ExtendWith(SharedStack.class)
class PlantedDifferencesTest {

  private static final int BUCKETS = 7;

  /**
   * What is done to a value; {@code c} stands for the column, {@code o} for another row's value.
   */
  private static final List<String> CHANGES =
      List.of(
          "NULL",
          "''",
          "0",
          "o",
          "o",
          "CONCAT(c, ' ')",
          "UPPER(c)",
          "LOWER(c)",
          "c + 1",
          "c * (1e0 + 2.220446049250313e-16)",
          "-1.0000000000000002e-300",
          "-1e-300",
          "-c",
          "c + INTERVAL 1 MICROSECOND",
          "REVERSE(c)",
          "CONCAT(c, '0')",
          "DEFAULT(c)");

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void whatHexShowsIsFound(Stack stack, StackScope scope) throws Exception {
    seeds(stack, scope, 1, Integer.getInteger("planted.seeds", 4));
  }

  @Test
  @Tag("soak")
  @Timeout(value = 60, unit = TimeUnit.MINUTES)
  void whatHexShowsIsFoundForAThousandSeeds(Stack stack, StackScope scope) throws Exception {
    // in pieces: -Dplanted.first=300 -Dplanted.count=200
    seeds(
        stack,
        scope,
        Long.getLong("planted.first", 100),
        Integer.getInteger("planted.count", 1_000));
  }

  private static void seeds(Stack stack, StackScope scope, long first, int count) throws Exception {
    MysqlServer server = stack.source();
    String other = scope.sourceSchema() + "_t";
    server.execute("CREATE SCHEMA `" + other + "`");
    try (Connection connection = Side.on(server, scope.sourceSchema()).openUtc()) {
      TypeTables tables = new TypeTables(connection, first);
      tables.create();
      tables.load(1);
      int found = 0;
      for (long seed = first; seed < first + count; seed++) {
        for (String table : tables.names()) {
          found += new OneTable(server, scope.sourceSchema(), other, table, seed).check();
        }
      }
      assertThat(found).as("differences over all seeds").isGreaterThan(count * 10);
    } finally {
      server.execute("DROP SCHEMA `" + other + "`");
    }
  }

  /** One table of one seed. */
  private record OneTable(
      MysqlServer server, String source, String target, String table, long seed) {

    private static final MySqlSessions SESSIONS = new MySqlSessions("sluice-tests");

    int check() throws SQLException {
      Random random = new Random(seed * 31 + table.hashCode());
      try (Connection connection = SESSIONS.open(endpoint(source), SessionProfile.CONTROL);
          Connection planting = Side.on(server, target).openUtc()) {
        TableSchema schema = copy(connection, planting);
        for (int i = random.nextInt(4); i > 0; i--) {
          plant(planting, schema, random);
        }
        Map<String, Integer> expected = expected(schema);
        Map<String, Integer> found = found(connection, schema);
        assertThat(found).as("seed %s, table %s", seed, table).isEqualTo(expected);
        return expected.values().stream().mapToInt(Integer::intValue).sum();
      }
    }

    private Endpoint endpoint(String schema) {
      return new Endpoint(
          server.host(),
          server.port(),
          server.adminUser(),
          server::adminPassword,
          schema,
          Map.of());
    }

    private TableSchema copy(Connection connection, Connection planting) throws SQLException {
      TableDescription description = new InformationSchema(connection).require(source, table);
      String names =
          description.carriedColumns().stream()
              .map(column -> HexRows.quoted(column.name()))
              .collect(Collectors.joining(", "));
      String there = HexRows.quoted(target) + "." + HexRows.quoted(table);
      String here = HexRows.quoted(source) + "." + HexRows.quoted(table);
      run(planting, "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO'");
      run(planting, "DROP TABLE IF EXISTS " + there);
      run(planting, "CREATE TABLE " + there + " LIKE " + here);
      run(planting, "INSERT INTO " + there + " (" + names + ") SELECT " + names + " FROM " + here);
      return description.toSchema();
    }

    /** A change that the server refuses is none. */
    private void plant(Connection planting, TableSchema schema, Random random) throws SQLException {
      int id = 1 + random.nextInt(TypeTables.ROWS);
      String name = HexRows.quoted(table);
      try {
        if (random.nextInt(5) == 0) {
          run(planting, "DELETE FROM " + name + " WHERE id = " + id);
          return;
        }
        if (random.nextInt(6) == 0) {
          run(planting, "UPDATE " + name + " SET id = id + 1000 WHERE id = " + id);
          return;
        }
        List<String> columns =
            schema.columns().stream()
                .map(column -> column.name())
                .filter(column -> !schema.keyColumns().contains(column) && !column.equals("id"))
                .toList();
        String column = HexRows.quoted(columns.get(random.nextInt(columns.size())));
        String change = CHANGES.get(random.nextInt(CHANGES.size()));
        String value =
            change.equals("o")
                ? "(SELECT "
                    + column
                    + " FROM "
                    + HexRows.quoted(source)
                    + "."
                    + name
                    + " WHERE id = "
                    + (1 + random.nextInt(TypeTables.ROWS))
                    + ")"
                : change.replaceAll("\\bc\\b", java.util.regex.Matcher.quoteReplacement(column));
        run(planting, "UPDATE " + name + " SET " + column + " = " + value + " WHERE id = " + id);
      } catch (SQLException e) {
        if (e.getErrorCode() == 0) {
          throw e;
        }
      }
    }

    /** By the servers' own HEX(): rows that are different, only here, only there. */
    private Map<String, Integer> expected(TableSchema schema) throws SQLException {
      Map<String, Map<String, String>> here = hex(source);
      Map<String, Map<String, String>> there = hex(target);
      boolean byId = schema.keyColumns().contains("id");
      Map<String, Integer> counts = new TreeMap<>();
      here.forEach(
          (id, row) -> {
            Map<String, String> other = there.get(id);
            if (other == null) {
              counts.merge("source", 1, Integer::sum);
            } else if (!carried(schema, row).equals(carried(schema, other))) {
              counts.merge("different", 1, Integer::sum);
            }
          });
      there.keySet().stream()
          .filter(id -> !here.containsKey(id))
          .forEach(id -> counts.merge("target", 1, Integer::sum));
      if (!byId) {
        // with another key, a row whose id changed is the same row with another value
        long moved = there.keySet().stream().filter(id -> Integer.parseInt(id) > 1000).count();
        counts.merge("source", (int) -moved, Integer::sum);
        counts.merge("target", (int) -moved, Integer::sum);
        counts.merge("different", (int) moved, Integer::sum);
      }
      counts.values().removeIf(count -> count == 0);
      return counts;
    }

    private Map<String, Map<String, String>> hex(String schema) throws SQLException {
      return HexRows.of(List.of(new ShardToCompare("-", Side.on(server, schema))), table);
    }

    private static Map<String, String> carried(TableSchema schema, Map<String, String> row) {
      Map<String, String> carried = new HashMap<>();
      schema.columns().forEach(column -> carried.put(column.name(), row.get(column.name())));
      return carried;
    }

    private Map<String, Integer> found(Connection connection, TableSchema schema)
        throws SQLException {
      TableDigests here = digests(source, schema);
      TableDigests there = digests(target, schema);
      Map<String, String> sourceRows = rows(connection, here);
      Map<String, String> targetRows = rows(connection, there);
      Map<String, Integer> counts = new TreeMap<>();
      sourceRows.forEach(
          (key, digest) -> {
            String other = targetRows.get(key);
            if (other == null) {
              counts.merge("source", 1, Integer::sum);
            } else if (!digest.equals(other)) {
              counts.merge("different", 1, Integer::sum);
            }
          });
      targetRows.keySet().stream()
          .filter(key -> !sourceRows.containsKey(key))
          .forEach(key -> counts.merge("target", 1, Integer::sum));
      String all = here.ranges(List.of(KeyBounds.ALL), List.of());
      String allThere = there.ranges(List.of(KeyBounds.ALL), List.of());
      assertThat(text(connection, all).equals(text(connection, allThere)))
          .as("seed %s, table %s: digests of the whole are equal", seed, table)
          .isEqualTo(counts.isEmpty());
      String buckets = here.buckets(List.of(KeyBounds.ALL), List.of(), BUCKETS) + " ORDER BY 1";
      String bucketsThere =
          there.buckets(List.of(KeyBounds.ALL), List.of(), BUCKETS) + " ORDER BY 1";
      assertThat(text(connection, buckets).equals(text(connection, bucketsThere)))
          .isEqualTo(counts.isEmpty());
      if (here.ordered()) {
        partsAreTheWhole(connection, here, sourceRows.size());
      }
      return counts;
    }

    /** Ranges that follow one another hold every row once, and so do their buckets. */
    private void partsAreTheWhole(Connection connection, TableDigests digests, int rows)
        throws SQLException {
      List<KeyBounds> ranges = new ArrayList<>();
      List<String> after = null;
      for (List<String> upTo = List.of(); upTo != null; after = upTo) {
        upTo = key(connection, digests, digests.bound(after, 1 + rows / 4));
        ranges.add(new KeyBounds(after, upTo));
      }
      assertThat(ranges).hasSizeGreaterThan(2);
      assertThat(xor(connection, digests.ranges(ranges, List.of())))
          .as("seed %s, table %s", seed, table)
          .isEqualTo(xor(connection, digests.buckets(ranges, List.of(), BUCKETS)))
          .isEqualTo(xor(connection, digests.ranges(List.of(KeyBounds.ALL), List.of())));
      List<Integer> all = IntStream.range(0, ranges.size() * BUCKETS).boxed().toList();
      List<String> sent = text(connection, digests.rows(ranges, List.of(), BUCKETS, all));
      assertThat(sent)
          .containsExactlyInAnyOrderElementsOf(
              text(connection, digests.rows(List.of(KeyBounds.ALL), List.of(), 1, List.of(0))));
    }

    private static List<String> key(Connection connection, TableDigests digests, String sql)
        throws SQLException {
      try (Statement statement = connection.createStatement()) {
        statement.setEscapeProcessing(false);
        try (ResultSet row = statement.executeQuery(sql)) {
          if (!row.next()) {
            return null;
          }
          List<String> key = new ArrayList<>();
          for (int i = 1; i <= digests.keyWidth(); i++) {
            key.add(row.getString(i));
          }
          return key;
        }
      }
    }

    /** Rows and digest of all parts together. */
    private static String xor(Connection connection, String sql) throws SQLException {
      long rows = 0;
      BigInteger digest = BigInteger.ZERO;
      for (String part : text(connection, sql)) {
        String[] values = part.split("[|]");
        rows += Long.parseLong(values[1]);
        if (!values[1].equals("0")) {
          digest = digest.xor(new BigInteger(values[2], 16));
        }
      }
      return rows + " " + digest;
    }

    private static TableDigests digests(String schema, TableSchema table) {
      List<String> order = table.columns().stream().map(column -> column.name()).toList();
      return new TableDigests(
          schema, table, table, order, table.keyColumns(), true, false, null, KeyRange.parse("-"));
    }

    private Map<String, String> rows(Connection connection, TableDigests digests)
        throws SQLException {
      Map<String, String> rows = new HashMap<>();
      String sql = digests.rows(List.of(KeyBounds.ALL), List.of(), 1, List.of(0));
      List<List<String>> keys = new ArrayList<>();
      try (Statement statement = connection.createStatement()) {
        statement.setEscapeProcessing(false);
        try (ResultSet row = statement.executeQuery(sql)) {
          while (row.next()) {
            List<String> key = new ArrayList<>();
            for (int i = 1; i <= digests.keyWidth(); i++) {
              key.add(row.getString(i));
            }
            keys.add(digests.literals(key));
            rows.put(key.toString(), row.getString(digests.keyWidth() + 1));
          }
        }
        assertThat((Object) statement.getWarnings()).isNull();
      }
      // every key finds its own row again
      assertThat(text(connection, digests.rowsOf(keys))).hasSize(rows.size());
      return rows;
    }

    private static List<String> text(Connection connection, String sql) throws SQLException {
      List<String> rows = new ArrayList<>();
      try (Statement statement = connection.createStatement()) {
        statement.setEscapeProcessing(false);
        try (ResultSet row = statement.executeQuery(sql)) {
          int columns = row.getMetaData().getColumnCount();
          while (row.next()) {
            StringBuilder text = new StringBuilder();
            for (int i = 1; i <= columns; i++) {
              text.append(row.getString(i)).append('|');
            }
            rows.add(text.toString());
          }
        }
        assertThat((Object) statement.getWarnings()).as(sql).isNull();
      }
      return rows;
    }

    private static void run(Connection connection, String sql) throws SQLException {
      try (Statement statement = connection.createStatement()) {
        statement.setEscapeProcessing(false);
        statement.execute(sql);
      }
    }
  }
}
