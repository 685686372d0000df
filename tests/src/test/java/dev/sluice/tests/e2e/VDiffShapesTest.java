package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.schemas.keyspace.KeyRanges;
import dev.sluice.schemas.vindex.Sha256Vindex;
import dev.sluice.tests.compare.ShardToCompare;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.OtherMysql;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * VDiffs of moves of several shards into several, of keys of every kind, of tables that look
 * different on the target: what is planted is found in its class, and repaired.
 */
@Tag("e2e")
@Tag("soak")
@ExtendWith(SharedStack.class)
class VDiffShapesTest {

  private static final String ROLES = "controller,capture,apply,vdiff";
  private static final int ROWS = 600;
  private static final int TENANTS = 97;

  /**
   * A table.
   *
   * @param source its columns on the source
   * @param target those of a table that the target has already; null for none
   * @param values of a row, from {@code n} and {@code t}, its tenant
   * @param newKey one that no row of the source has
   */
  private record Shape(
      String name,
      String source,
      String target,
      String values,
      List<String> key,
      List<Object> newKey) {}

  private static final List<Shape> SHAPES =
      List.of(
          new Shape(
              "plain",
              "id BIGINT NOT NULL PRIMARY KEY, tenant INT NOT NULL, v INT",
              null,
              "%n, %t, %n",
              List.of("id"),
              List.of(9_000_000)),
          new Shape(
              "zerofilled",
              "id INT NOT NULL PRIMARY KEY, tenant INT(8) ZEROFILL NOT NULL, v INT",
              null,
              "%n, %t, %n",
              List.of("id"),
              List.of(9_000_000)),
          new Shape(
              "reordered",
              "id INT NOT NULL, name VARCHAR(20) COLLATE utf8mb4_general_ci NOT NULL, tenant INT NOT NULL,"
                  + " v INT, PRIMARY KEY (name, id)",
              "v INT, tenant INT NOT NULL, name VARCHAR(20) COLLATE utf8mb4_general_ci NOT NULL,"
                  + " id INT NOT NULL, PRIMARY KEY (name, id)",
              "%n, CONCAT(IF(%n % 2, 'a', 'B'), %n % 9), %t, %n",
              List.of("name", "id"),
              List.of("new", 1)),
          new Shape(
              "onlyunique",
              "tenant INT NOT NULL, code VARCHAR(20) NOT NULL, v INT, UNIQUE KEY by_code (code)",
              null,
              "%t, CONCAT('c', %n), %n",
              List.of("code"),
              List.of("new")),
          new Shape(
              "bytes",
              "code VARBINARY(8) NOT NULL, fixed BINARY(4) NOT NULL, tenant INT NOT NULL, v INT,"
                  + " PRIMARY KEY (code, fixed)",
              null,
              "UNHEX(CONCAT('FF00', LPAD(HEX(%n), 4, '0'), '20')), UNHEX(LPAD(HEX(%n), 6, '0')), %t, %n",
              List.of("code", "fixed"),
              List.of(new byte[] {0}, new byte[] {1, 0, 0, 0})),
          new Shape(
              "members",
              "e ENUM('z','m','a') NOT NULL, s SET('x','y') NOT NULL, n INT NOT NULL, tenant INT NOT NULL,"
                  + " v INT, PRIMARY KEY (e, s, n)",
              null,
              "1 + %n % 3, %n % 4, %n, %t, %n",
              List.of("e", "s", "n"),
              List.of("a", "x,y", 9_000_000)));

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void twoShardsIntoThree(Stack stack, StackScope scope) throws Exception {
    List<MysqlServer> servers = stack.options().targetShards().stream().map(stack::target).toList();
    Keyspaces keyspaces =
        new Keyspaces(stack)
            .add("from", scope.sourceSchema(), List.of(stack.source()), List.of("-80", "80-"))
            .add("into", scope.targetSchema(), servers, List.of("-50", "50-a0", "a0-"));
    for (Shape shape : SHAPES) {
      keyspaces.vindex("from", shape.name(), "tenant").vindex("into", shape.name(), "tenant");
    }
    String name = scope.workflow();
    try (ShardedMove move = new ShardedMove(stack, scope, keyspaces).roles(ROLES)) {
      create(keyspaces);
      move.start();
      move.create(name, "from", "into", SHAPES.stream().map(Shape::name).toArray(String[]::new));
      move.awaitState(name, "running");
      for (ShardToCompare shard : keyspaces.toCompare("into")) {
        run(
            shard,
            "SET SESSION sql_log_bin = 0",
            "ALTER TABLE reordered MODIFY name VARCHAR(20) COLLATE utf8mb4_bin NOT NULL");
      }
      int rows = change(move, keyspaces);
      VDiffCalls vdiffs = new VDiffCalls(move::client, name, move::logs);
      JsonNode healthy = vdiffs.run();
      assertThat(healthy.path("hasMismatch").asBoolean()).as("%s", healthy).isFalse();
      for (Shape shape : SHAPES) {
        assertThat(healthy.path("tables").path(shape.name()).path("matchingRows").asInt())
            .as("%s", healthy)
            .isEqualTo(rows);
      }

      List<PlantedRows> planted = plant(keyspaces);
      JsonNode found = vdiffs.run();
      for (PlantedRows one : planted) {
        one.areFound(found, rows);
      }

      // rows that seem to belong to another source shard by what was planted in them
      for (ShardToCompare shard : keyspaces.toCompare("into")) {
        for (String table : List.of("plain", "zerofilled")) {
          run(
              shard,
              "SET SESSION sql_log_bin = 0, @sluice_applier = 1",
              "UPDATE " + table + " SET tenant = tenant + 1 WHERE v % 11 = 0");
        }
      }
      String uuid = vdiffs.run().path("uuid").asText();

      assertThat(vdiffs.act("last", "repair").code()).isEqualTo(202);
      JsonNode repaired = vdiffs.completed(uuid);
      assertThat(repaired.path("hasMismatch").asBoolean()).as("%s", repaired).isFalse();
      for (Shape shape : SHAPES) {
        if (!List.of("zerofilled", "onlyunique").contains(shape.name())) {
          move.rowsAreEqual("from", "into", "tenant", shape.name());
        }
      }
      rowsAreEqual(move, keyspaces, "zerofilled", "id, tenant + 0, v");
      rowsAreEqual(move, keyspaces, "onlyunique", "code, tenant + 0, v");
      move.cancel(name);
    }
  }

  /**
   * For what the comparator cannot do: it wants a primary key, and places rows by the text that
   * MySQL shows, which has zeros in front of a ZEROFILL.
   */
  private static void rowsAreEqual(
      ShardedMove move, Keyspaces keyspaces, String table, String columns) throws SQLException {
    String rows = "SELECT " + columns + " FROM " + table;
    assertThat(move.rows("into", rows))
        .containsExactlyInAnyOrderElementsOf(move.rows("from", rows));
    for (ShardToCompare shard : keyspaces.toCompare("into")) {
      String[] range = shard.keyRange().split("-", -1);
      try (Connection connection = shard.connections().openUtc();
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT SHA2(tenant + 0, 256) FROM " + table)) {
        while (row.next()) {
          String hash = row.getString(1);
          assertThat(hash).isGreaterThanOrEqualTo(range[0]);
          assertThat(range[1].isEmpty() || hash.compareTo(range[1]) < 0).as(hash).isTrue();
        }
      }
    }
  }

  private static List<PlantedRows> plant(Keyspaces keyspaces) throws SQLException {
    List<PlantedRows> planted = new ArrayList<>();
    for (Shape shape : SHAPES) {
      planted.add(
          new PlantedRows(
                  keyspaces.toCompare("into"), shape.name(), shape.key().toArray(String[]::new))
              .changeAndDelete(0, "v = v + 1")
              .misplace(1, 2)
              .add(2, shape.newKey().toArray()));
    }
    return planted;
  }

  /** Rows change and go, which appliers of several streams do shard by shard; so many are left. */
  private static int change(ShardedMove move, Keyspaces keyspaces) throws SQLException {
    for (Shape shape : SHAPES) {
      for (ShardToCompare shard : keyspaces.toCompare("from")) {
        run(shard, "DELETE FROM " + shape.name() + " WHERE v % 10 = 0");
        run(shard, "UPDATE " + shape.name() + " SET v = -v WHERE v % 7 = 0");
      }
    }
    return move.rows("from", "SELECT id FROM plain").size();
  }

  private static void create(Keyspaces keyspaces) throws SQLException {
    List<Keyspaces.Place> shards = keyspaces.shards("from");
    KeyRanges ranges = KeyRanges.of(shards.stream().map(Keyspaces.Place::keyRange).toList());
    for (Shape shape : SHAPES) {
      for (ShardToCompare shard : keyspaces.toCompare("from")) {
        run(shard, "CREATE TABLE " + shape.name() + " (" + shape.source() + ")");
      }
      if (shape.target() != null) {
        for (ShardToCompare shard : keyspaces.toCompare("into")) {
          run(shard, "CREATE TABLE " + shape.name() + " (" + shape.target() + ")");
        }
      }
      List<StringBuilder> inserts = new ArrayList<>();
      shards.forEach(shard -> inserts.add(new StringBuilder()));
      for (int n = 1; n <= ROWS; n++) {
        int tenant = 1 + n % TENANTS;
        byte[] text = Integer.toString(tenant).getBytes(StandardCharsets.US_ASCII);
        StringBuilder insert = inserts.get(ranges.indexOf(new Sha256Vindex().keyspaceId(text)));
        insert
            .append(insert.isEmpty() ? "" : ", ")
            .append('(')
            .append(shape.values().replace("%n", "" + n).replace("%t", "" + tenant))
            .append(')');
      }
      for (int i = 0; i < shards.size(); i++) {
        run(
            keyspaces.toCompare("from").get(i),
            "INSERT INTO " + shape.name() + " VALUES " + inserts.get(i));
      }
    }
  }

  private static void run(ShardToCompare shard, String... statements) throws SQLException {
    try (Connection connection = shard.connections().openUtc();
        Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void theOldestVersionAgainstTheNewest(Stack stack) throws Exception {
    try (OtherMysql source = OtherMysql.start(stack, "oldest-vdiff", "5.7.22")) {
      new VersionPairs(stack)
          .vdiff(
              source.server(),
              stack.target("-80"),
              "DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_general_ci");
    }
  }
}
