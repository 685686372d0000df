package dev.sluice.schemas.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.Columns;
import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.change.SourcePosition;
import dev.sluice.schemas.registry.MapSchemaIds;
import dev.sluice.schemas.registry.RegistrySettings;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.MockSchemaRegistryClient;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.Test;

class WireChangeTest {

  private static final SourcePosition POSITION =
      new SourcePosition(
          "3e11fa47-71ca-11e1-9e33-c80aa9429562:23", "binlog.000003", 4711, 2, 1_700_000_000_123L);

  private final MapSchemaIds ids = new MapSchemaIds();

  private final TableSchema table =
      new TableSchema(
          "odd table",
          List.of(
              Columns.of("i", "int").build(),
              Columns.of("iu", "int unsigned").build(),
              Columns.of("bu", "bigint unsigned").decimal(20, 0).nullable().build(),
              Columns.of("d", "decimal(65,30)").decimal(65, 30).nullable().build(),
              Columns.of("f", "float").nullable().build(),
              Columns.of("g", "double").nullable().build(),
              Columns.of("s", "varchar(9)").nullable().build(),
              Columns.of("b", "varbinary(9)").nullable().build(),
              Columns.of("dt", "datetime(6)").dateTime(6).nullable().build(),
              Columns.of("day", "date").nullable().build(),
              Columns.of("t", "time(6)").nullable().build(),
              Columns.of("1 odd-name", "year").nullable().build()),
          List.of("s", "i"),
          List.of());

  @Test
  void everyFormComesBackAsItWent() {
    Object[] row = {
      -1L,
      4_294_967_295L,
      new BigDecimal("18446744073709551615"),
      new BigDecimal("-12345678901234567890123456789012345.000000000000000000000000000001"),
      Float.MIN_VALUE,
      -Double.MAX_VALUE,
      new Utf8("𝄞"),
      new byte[] {0, -1, 127},
      -62_167_219_200_000_000L,
      -719_528L,
      -3_020_399_999_999L,
      2155L
    };

    Change back =
        roundTrip(new Change(Op.UPDATE, new Object[] {row[6], row[0]}, row, POSITION, 42));

    assertThat(back.op()).isEqualTo(Op.UPDATE);
    assertThat(back.key()).containsExactly(row[6], row[0]);
    assertThat(back.after()).containsExactly(row);
    assertThat(back.source()).isEqualTo(POSITION);
    assertThat(back.seq()).isEqualTo(42);
  }

  @Test
  void nullsStayNulls() {
    Object[] row = new Object[table.columns().size()];
    row[0] = 1L;
    row[1] = 0L;

    Change back = roundTrip(new Change(Op.READ, new Object[] {null, 1L}, row, POSITION, 1));

    assertThat(back.after()).containsExactly(row);
  }

  @Test
  void aDeleteHasNoRow() {
    Change back =
        roundTrip(
            new Change(
                Op.DELETE,
                new Object[] {new Utf8("k"), 5L},
                null,
                new SourcePosition(null, "", 0, 0, 0),
                7));

    assertThat(back.after()).isNull();
    assertThat(back.source().gtid()).isNull();
  }

  @Test
  void nullInANotNullColumnNeverPasses() {
    Object[] row = new Object[table.columns().size()];

    assertThatThrownBy(
            () ->
                roundTrip(new Change(Op.READ, new Object[] {new Utf8("k"), 5L}, row, POSITION, 1)))
        .hasMessageContaining("column i is NOT NULL");
  }

  @Test
  void recordsOfAnOlderSchemaAreReadByColumnName() {
    TableSchema older =
        new TableSchema(
            "t",
            reversed(List.of(column("a"), column("b"), column("gone"))),
            List.of("a"),
            List.of());
    TableSchema newer =
        new TableSchema("t", List.of(column("a"), column("b")), List.of("a"), List.of());
    WireChangeEncoder encoder = new WireChangeEncoder("w.t", older, ids);
    Change change =
        new Change(Op.CREATE, new Object[] {1L}, new Object[] {3L, 2L, 1L}, POSITION, 1);

    Change back =
        new WireChangeDecoder(newer, ids).decode(encoder.key(change), encoder.value(change));

    assertThat(back.after()).containsExactly(1L, 2L);
  }

  @Test
  void confluentsOwnDeserializerReadsWhatWeWrite() throws Exception {
    MockSchemaRegistryClient registry = new MockSchemaRegistryClient();
    TableSchema simple =
        new TableSchema(
            "t",
            List.of(column("a"), Columns.of("s", "text").nullable().build()),
            List.of("a"),
            List.of());
    WireChangeEncoder encoder =
        new WireChangeEncoder(
            "w.t",
            simple,
            new MapSchemaIds() {
              @Override
              public synchronized int register(String subject, org.apache.avro.Schema schema) {
                try {
                  return registry.register(subject, new AvroSchema(schema.toString()));
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              }
            });
    Change change =
        new Change(Op.CREATE, new Object[] {1L}, new Object[] {1L, new Utf8("x")}, POSITION, 9);

    try (KafkaAvroDeserializer deserializer =
        new KafkaAvroDeserializer(registry, Map.of("schema.registry.url", "mock://t"))) {
      GenericRecord value = (GenericRecord) deserializer.deserialize("w.t", encoder.value(change));
      assertThat(value.get("op")).hasToString("c");
      assertThat(((GenericRecord) value.get("after")).get("s")).hasToString("x");
      assertThat(((GenericRecord) value.get("source")).get("seq")).isEqualTo(9L);
    }
  }

  @Test
  void configuredSerializerClassesCarryTheSameChanges() {
    ChangeCodecs codecs =
        new ChangeCodecs(
            new RegistrySettings(
                "mock://swapped",
                Map.of(
                    "key.serializer", KafkaAvroSerializer.class.getName(),
                    "value.serializer", KafkaAvroSerializer.class.getName(),
                    "key.deserializer", KafkaAvroDeserializer.class.getName(),
                    "value.deserializer", KafkaAvroDeserializer.class.getName())),
            ids);
    Object[] row = {
      -1L,
      4_294_967_295L,
      new BigDecimal("18446744073709551615"),
      null,
      1.5f,
      -2.5d,
      new Utf8("𝄞"),
      new byte[] {0, -1, 127},
      5L,
      -719_528L,
      -3_020_399_999_999L,
      2155L
    };
    Change change = new Change(Op.UPDATE, new Object[] {row[6], row[0]}, row, POSITION, 42);
    ChangeEncoder encoder = codecs.encoder("w.odd", table);

    Change back = codecs.decoder("w.odd", table).decode(encoder.key(change), encoder.value(change));

    assertThat(encoder).isNotInstanceOf(WireChangeEncoder.class);
    assertThat(back.key()).containsExactly(change.key());
    assertThat(back.after()).containsExactly(row);
    assertThat(back.source()).isEqualTo(POSITION);
    assertThat(back.seq()).isEqualTo(42);
  }

  @Test
  void avroNamesNeverMeet() {
    assertThat(TableAvro.name("a_x20b")).isNotEqualTo(TableAvro.name("a b"));
    assertThat(TableAvro.name("1a")).isEqualTo("_x31a");
    assertThat(TableAvro.name("customer_id")).isEqualTo("customer_id");
  }

  private Change roundTrip(Change change) {
    WireChangeEncoder encoder = new WireChangeEncoder("w.odd", table, ids);
    return new WireChangeDecoder(table, ids).decode(encoder.key(change), encoder.value(change));
  }

  private static ColumnSchema column(String name) {
    return Columns.bigint(name).build();
  }

  private static <T> List<T> reversed(List<T> list) {
    List<T> copy = new java.util.ArrayList<>(list);
    java.util.Collections.reverse(copy);
    return copy;
  }
}
