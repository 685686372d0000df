package dev.sluice.capture.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mysql.sql.KeyLiterals;
import dev.sluice.schemas.journal.CopyProgress.ChunkProgress;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.table.ValueKind;
import java.math.BigInteger;
import java.util.List;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;

class CopySqlTest {

  private static ColumnSchema column(
      String name, String type, ValueKind kind, String charset, String collation) {
    return new ColumnSchema(
        name, type, type, kind, 0, 0, false, false, charset, collation, false, false);
  }

  private static final ColumnSchema ID = column("id", "int", ValueKind.INTEGER, null, null);
  private static final ColumnSchema NAME =
      column("na`me", "varchar", ValueKind.TEXT, "latin1", "latin1_swedish_ci");

  @Test
  void aChunkOfOneColumnIsASimpleRange() {
    TableQueries queries =
        new TableQueries("s", new TableSchema("t", List.of(ID), List.of("id"), List.of()));
    assertThat(queries.page(List.of("5"), List.of("9"), 100))
        .isEqualTo("SELECT `id` FROM `s`.`t` WHERE `id` > 5 AND `id` <= 9 ORDER BY `id` LIMIT 100");
    assertThat(queries.count(null, null)).isEqualTo("SELECT COUNT(*) FROM `s`.`t`");
  }

  @Test
  void aKeyOfTwoColumnsIsComparedColumnByColumn() {
    TableQueries queries =
        new TableQueries(
            "s", new TableSchema("t", List.of(ID, NAME), List.of("id", "na`me"), List.of()));
    assertThat(queries.page(List.of("5", "'x'"), null, 10))
        .isEqualTo(
            "SELECT `id`, CAST(`na``me` AS BINARY) FROM `s`.`t` WHERE `id` >= 5 AND (`id` > 5 OR (`id` = 5 AND `na``me` > 'x'))"
                + " ORDER BY `id`, `na``me` LIMIT 10");
  }

  @Test
  void enumKeysAreReadInOneScan() {
    ColumnSchema e = column("e", "enum", ValueKind.TEXT, "utf8mb4", "utf8mb4_bin");
    TableQueries queries =
        new TableQueries("s", new TableSchema("t", List.of(e), List.of("e"), List.of()));
    assertThat(queries.ordered()).isFalse();
    assertThat(queries.page(null, null, 10)).isEqualTo("SELECT CAST(`e` AS UNSIGNED) FROM `s`.`t`");
  }

  @Test
  void floatsAreReadAsDoubles() {
    ColumnSchema f = column("f", "float", ValueKind.FLOAT, null, null);
    TableQueries queries =
        new TableQueries("s", new TableSchema("t", List.of(ID, f), List.of("id"), List.of()));
    assertThat(queries.page(null, null, 1)).startsWith("SELECT `id`, `f` * 1e0 FROM");
  }

  @Test
  void literalsCarryTypeAndCollation() {
    assertThat(KeyLiterals.of(NAME, new Utf8("é'")))
        .isEqualTo("CONVERT(_utf8mb4 X'C3A927' USING latin1) COLLATE latin1_swedish_ci");
    assertThat(KeyLiterals.of(column("d", "date", ValueKind.DATE, null, null), -1L))
        .isEqualTo("DATE'1969-12-31'");
    assertThat(KeyLiterals.of(column("d", "datetime", ValueKind.DATETIME, null, null), -1L))
        .isEqualTo("TIMESTAMP'1969-12-31 23:59:59.999999'");
    assertThat(KeyLiterals.of(column("d", "time", ValueKind.TIME, null, null), -3_020_399_000_001L))
        .isEqualTo("TIME'-838:59:59.000001'");
    assertThat(KeyLiterals.of(column("b", "bit", ValueKind.BIT, null, null), new byte[] {1, 0}))
        .isEqualTo("256");
  }

  @Test
  void chunksCoverEverythingOnce() {
    List<ChunkProgress> chunks =
        ChunkPlanner.divided(BigInteger.valueOf(-10), BigInteger.valueOf(1_000_000), 8);
    assertThat(chunks).hasSize(8);
    assertThat(chunks.get(0).after()).isNull();
    assertThat(chunks.get(7).upTo()).isNull();
    for (int i = 1; i < 8; i++) {
      assertThat(chunks.get(i).after()).isEqualTo(chunks.get(i - 1).upTo());
    }
    assertThat(ChunkPlanner.divided(BigInteger.ONE, BigInteger.TEN, 8)).hasSize(1);
  }
}
