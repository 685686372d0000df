package dev.sluice.tests.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.mysql.sequence.IdAllocator;
import dev.sluice.mysql.sequence.IdHandover;
import dev.sluice.mysql.sequence.Sequences;
import dev.sluice.mysql.sidecar.Sidecar;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.tests.stack.SharedStack;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Ids go on above those of the other side, in both directions, on real servers. */
@Tag("fence")
@ExtendWith(SharedStack.class)
class IdHandoverTest extends IdHandoverCase {

  @Test
  void sequencesGoOnAboveTheSourceAndTheSourceAboveThem() throws Exception {
    Endpoint source = on(commerce, 0);
    update(source, "INSERT INTO plain (id, v) VALUES (41, 1), (41000, 2)");
    update(source, "INSERT INTO strict (code, price) VALUES ('a', 6), ('b', 7)");
    try (IdHandover handover = handover(commerce, customer)) {
      handover.carry();
      // what was written since it was computed ahead
      update(source, "INSERT INTO plain (id, v) VALUES (50000, 3)");
      handover.carry();
      handover.carry();
      // until the switch is certain the source gives out ids, and nobody else
      handover.handOver();
      assertThatThrownBy(allocator("plain")::next).hasMessageContaining("closed");
      handover.open();
      handover.open();
    }
    Set<Long> ids = ConcurrentHashMap.newKeySet();
    List<CompletableFuture<Void>> writers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      IdAllocator mine = allocator("plain");
      writers.add(CompletableFuture.runAsync(() -> take(mine, 2_500, ids)));
    }
    writers.forEach(CompletableFuture::join);
    assertThat(ids).hasSize(10_000).allMatch(id -> id > 50_000);
    assertThat(allocator("strict").next()).isEqualTo(3);
    assertThat(allocator("vacant").next()).isEqualTo(1);

    String before = text(source, "SELECT @@GLOBAL.gtid_executed");
    String rows = rows(source);
    IdAllocator late = allocator("plain");
    try (IdHandover back = handover(customer, commerce)) {
      back.carry();
      // a writer that goes on until the last moment
      take(late, 1, ids);
      back.handOver();
      assertThatThrownBy(allocator("plain")::next)
          .isInstanceOfSatisfying(
              SluiceException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.MYSQL_READ_ONLY));
      // also for those who take their blocks by hand
      assertThatThrownBy(
              () ->
                  update(
                      on(customer, 0),
                      "UPDATE _sluice.sequence SET next_id = LAST_INSERT_ID(next_id) + cache WHERE"
                          + " name = '"
                          + Sequences.name(customer.name(), "plain")
                          + "'"))
          .hasMessageContaining("out of range");
      back.handOver();
      // of what it took before, a writer may still use up the rest
      take(late, 500, ids);
    }

    assertThat(text(source, "SELECT @@GLOBAL.gtid_executed")).isEqualTo(before);
    assertThat(rows(source)).isEqualTo(rows);
    update(source, "INSERT INTO plain (v) VALUES (4)");
    update(source, "INSERT INTO strict (code, price) VALUES ('c', 8)");
    update(source, "INSERT INTO vacant (a, j) VALUES ('', '{}')");
    long highest = ids.stream().mapToLong(Long::longValue).max().orElseThrow();
    assertThat(number(source, "SELECT MAX(id) FROM plain")).isGreaterThan(highest);
    assertThat(number(source, "SELECT MAX(no) FROM strict")).isEqualTo(1_003);
    assertThat(number(source, "SELECT MAX(id) FROM vacant")).isEqualTo(1_001);

    try (IdHandover again = handover(commerce, customer)) {
      again.carry();
      assertThatThrownBy(allocator("plain")::next).hasMessageContaining("closed");
      again.handOver();
      again.open();
    }
    assertThat(allocator("plain").next())
        .isGreaterThan(number(source, "SELECT MAX(id) FROM plain"));
    try (IdHandover undone = handover(customer, commerce);
        Connection holder = open(on(customer, 0))) {
      long before2 = allocator("strict").next();
      undone.handOver();
      new Sequences(Sidecar.DEFAULT_SCHEMA)
          .reopen(
              holder,
              COLUMNS.keySet().stream().map(t -> Sequences.name(customer.name(), t)).toList());
      assertThat(allocator("strict").next()).isEqualTo(before2 + 1_000);
    }
    try (IdHandover gone = handover(commerce, customer);
        Connection connection = open(on(customer, 0))) {
      gone.forget(connection);
    }
    assertThat(
            text(
                on(customer, 0),
                "SELECT COUNT(*) FROM _sluice.sequence WHERE name LIKE '" + customer.name() + "%'"))
        .isEqualTo("0");
  }

  private void createOnBothSides(String table, String definition) throws SQLException {
    for (Endpoint place : List.of(on(commerce, 0), on(customer, 0), on(customer, 1))) {
      update(place, "CREATE TABLE " + table + " (" + definition + ")");
    }
  }

  /** As "other" or "unknown" has it in many a table. */
  @Test
  void anIdThatIsTheLargestOfItsTypeKeepsNoSwitchFromHappening() throws Exception {
    Map<String, String> types =
        Map.of(
            "tiny",
            "TINYINT UNSIGNED",
            "small",
            "SMALLINT",
            "middle",
            "MEDIUMINT UNSIGNED",
            "usual",
            "INT",
            "big",
            "BIGINT",
            "huge",
            "BIGINT UNSIGNED");
    Map<String, Long> largest =
        Map.of(
            "tiny",
            255L,
            "small",
            32_767L,
            "middle",
            16_777_215L,
            "usual",
            2_147_483_647L,
            "big",
            Long.MAX_VALUE,
            "huge",
            -1L);
    Map<String, String> columns = new HashMap<>();
    for (Map.Entry<String, String> type : types.entrySet()) {
      columns.put(type.getKey(), "id");
      createOnBothSides(
          type.getKey(), "id " + type.getValue() + " AUTO_INCREMENT PRIMARY KEY, v INT");
      String last = Long.toUnsignedString(largest.get(type.getKey()));
      // the row is there on one side, and has not come to the other one yet
      update(on(customer, 1), "INSERT INTO " + type.getKey() + " (id) VALUES (7), (" + last + ")");
    }
    try (IdHandover there = handover(customer, commerce, columns.keySet())) {
      there.carry();
      there.handOver();
      there.handOver();
    }
    for (String table : types.keySet()) {
      String last = Long.toUnsignedString(largest.get(table));
      update(on(commerce, 0), "INSERT INTO " + table + " (id) VALUES (7), (" + last + ")");
    }
    try (IdHandover back = handover(commerce, customer, columns.keySet())) {
      back.carry();
      back.handOver();
    }
    try (IdHandover again = handover(customer, commerce, columns.keySet())) {
      again.carry();
      again.handOver();
    }
  }

  /** Queues and outboxes are empty most of the time, and no row can be made up for them. */
  @Test
  void emptyTablesThatTakeNoMadeUpRowGoOnAboveTheOtherSide() throws Exception {
    Map<String, String> tables =
        Map.of(
            "checked", "payload VARCHAR(99) NOT NULL, PRIMARY KEY (id), CHECK (payload <> '')",
            "listed",
                "kind INT NOT NULL, PRIMARY KEY (id, kind)) PARTITION BY LIST (kind) (PARTITION p"
                    + " VALUES IN (5, 6)",
            "placed", "at GEOMETRY NOT NULL, PRIMARY KEY (id)");
    Map<String, String> rows =
        Map.of(
            "checked", "(payload) VALUES ('{}')",
            "listed", "(kind) VALUES (5)",
            "placed", "(at) VALUES (ST_GeomFromText('POINT(1 1)'))");
    Map<String, String> columns = new HashMap<>();
    for (Map.Entry<String, String> table : tables.entrySet()) {
      columns.put(table.getKey(), "id");
      createOnBothSides(table.getKey(), "id INT AUTO_INCREMENT, " + table.getValue());
      // taken by somebody whose row is gone again
      update(on(customer, 1), "ALTER TABLE " + table.getKey() + " AUTO_INCREMENT = 4711");
    }

    try (IdHandover there = handover(customer, commerce, columns.keySet())) {
      there.carry();
      there.handOver();
    }

    for (Map.Entry<String, String> row : rows.entrySet()) {
      update(on(commerce, 0), "INSERT INTO " + row.getKey() + " " + row.getValue());
      assertThat(number(on(commerce, 0), "SELECT MAX(id) FROM " + row.getKey()))
          .isGreaterThanOrEqualTo(4_711);
    }
  }

  private static String rows(Endpoint source) throws SQLException {
    return text(
        source,
        "SELECT CONCAT((SELECT GROUP_CONCAT(id ORDER BY id) FROM plain), (SELECT"
            + " GROUP_CONCAT(no, code ORDER BY no) FROM strict), (SELECT COUNT(*) FROM vacant))");
  }

  private static void take(IdAllocator allocator, int count, Set<Long> ids) {
    try {
      for (int i = 0; i < count; i++) {
        assertThat(ids.add(allocator.next())).isTrue();
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
