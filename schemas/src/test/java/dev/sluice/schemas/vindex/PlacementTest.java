package dev.sluice.schemas.vindex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.Columns;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.KeyRanges;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacementTest {

  private static final KeyRanges HALVES = KeyRanges.of(List.of("-80", "80-"));

  private final TableSchema table =
      new TableSchema(
          "corder",
          List.of(
              Columns.bigint("order_id").build(), Columns.bigint("customer_id").nullable().build()),
          List.of("order_id"),
          List.of());

  @ParameterizedTest
  @CsvSource({"1,6b86b273ff34fce1,0", "2,d4735e3a265e16ee,1", "3,4e07408562bedb8b,0"})
  void publishedVectorsHold(long value, String keyspaceId, int shard) {
    byte[] canonical = Long.toString(value).getBytes(StandardCharsets.US_ASCII);

    assertThat(Long.toHexString(new Sha256Vindex().keyspaceId(canonical))).isEqualTo(keyspaceId);
    assertThat(placement().shardOf(new Object[] {9L, value})).isEqualTo(shard);
  }

  @Test
  void aRowWithoutVindexValueHasNoShard() {
    assertThatThrownBy(() -> placement().shardOf(new Object[] {9L, null}))
        .isInstanceOf(SluiceException.class)
        .hasMessageContaining("customer_id is NULL");
  }

  @Test
  void oneShardNeedsNoVindex() {
    Placement placement = Placement.of(table, null, KeyRanges.of(List.of("-")));

    assertThat(placement.sharded()).isFalse();
    assertThat(placement.shardOf(new Object[] {1L, null})).isZero();
  }

  @Test
  void aShardedKeyspaceNeedsOne() {
    assertThatThrownBy(() -> Placement.of(table, null, HALVES)).hasMessageContaining("no vindex");
  }

  @Test
  void valuesAreHashedAsMySqlPrintsThem() {
    assertThat(
            canonical(
                Columns.of("d", "decimal(10,2)").decimal(10, 2).build(), new BigDecimal("-0.50")))
        .isEqualTo("-0.50");
    assertThat(canonical(Columns.of("t", "date").date().build(), -1L)).isEqualTo("1969-12-31");
    assertThat(canonical(Columns.of("t", "datetime").dateTime(0).build(), 1_500_000L))
        .isEqualTo("1970-01-01 00:00:01");
    assertThat(canonical(Columns.of("t", "datetime(3)").dateTime(3).build(), -500_000L))
        .isEqualTo("1969-12-31 23:59:59.500");
    assertThat(canonical(Columns.text("s").build(), new Utf8("ü€𝄞"))).isEqualTo("ü€𝄞");
  }

  @Test
  void onlyBinaryComparedStringsCanPlaceRows() {
    assertThat(CanonicalText.usable(Columns.text("s").collation("utf8mb4_bin").build())).isTrue();
    assertThat(CanonicalText.usable(Columns.text("s").collation("utf8mb4_0900_ai_ci").build()))
        .isFalse();
    assertThat(CanonicalText.usable(Columns.of("e", "enum('a')").collation("utf8mb4_bin").build()))
        .as("ENUM")
        .isFalse();
  }

  private Placement placement() {
    return Placement.of(table, new VindexSpec("customer_id", "sha256"), HALVES);
  }

  private static String canonical(ColumnSchema column, Object value) {
    return new String(CanonicalText.of(column, value), StandardCharsets.UTF_8);
  }
}
