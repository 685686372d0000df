package dev.sluice.schemas.avro;

import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.apache.avro.JsonProperties;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;

/**
 * Builds the Avro schemas of a table's data topic: the key, and an envelope with Debezium's field
 * names. Each row field carries {@code sluice.column} (the MySQL name) and {@code sluice.type} (the
 * full MySQL type). Thread-safe.
 */
public final class TableAvro {

  /** Property of a field: the column's name in MySQL. */
  public static final String COLUMN_PROPERTY = "sluice.column";

  /** Property of a field: the column's full MySQL type. */
  public static final String TYPE_PROPERTY = "sluice.type";

  static final int ENVELOPE_OP = 0;
  static final int ENVELOPE_AFTER = 1;

  private TableAvro() {}

  /** Schema of the record key. */
  public static Schema key(String namespace, TableSchema table) {
    return row(namespace, name(table.name()) + "_Key", table.keySchema());
  }

  /** Schema of the record value. */
  public static Schema envelope(String namespace, TableSchema table) {
    Schema row = row(namespace, name(table.name()) + "_Row", table.columns());
    Schema source =
        SchemaBuilder.record("Source")
            .namespace("dev.sluice")
            .fields()
            .optionalString("gtid")
            .requiredString("file")
            .requiredLong("pos")
            .requiredInt("row")
            .requiredLong("ts_ms")
            .requiredLong("seq")
            .endRecord();
    return SchemaBuilder.record(name(table.name()) + "_Envelope")
        .namespace(namespace)
        .fields()
        .requiredString("op")
        .name("after")
        .type(Schema.createUnion(Schema.create(Schema.Type.NULL), row))
        .withDefault(null)
        .name("source")
        .type(source)
        .noDefault()
        .endRecord();
  }

  private static Schema row(String namespace, String recordName, List<ColumnSchema> columns) {
    List<Schema.Field> fields =
        columns.stream()
            .map(
                column -> {
                  Schema type = type(column);
                  Schema.Field field =
                      column.nullable()
                          ? new Schema.Field(
                              name(column.name()),
                              Schema.createUnion(Schema.create(Schema.Type.NULL), type),
                              null,
                              JsonProperties.NULL_VALUE)
                          : new Schema.Field(name(column.name()), type, null, (Object) null);
                  field.addProp(COLUMN_PROPERTY, column.name());
                  field.addProp(TYPE_PROPERTY, column.columnType());
                  return field;
                })
            .toList();
    return Schema.createRecord(recordName, null, namespace, false, fields);
  }

  private static Schema type(ColumnSchema column) {
    return switch (column.kind()) {
      case INTEGER -> Schema.create(column.fitsInt() ? Schema.Type.INT : Schema.Type.LONG);
      case YEAR -> Schema.create(Schema.Type.INT);
      case DECIMAL ->
          LogicalTypes.decimal(column.precision(), column.scale())
              .addToSchema(Schema.create(Schema.Type.BYTES));
      case FLOAT -> Schema.create(Schema.Type.FLOAT);
      case DOUBLE -> Schema.create(Schema.Type.DOUBLE);
      case TEXT, JSON -> Schema.create(Schema.Type.STRING);
      case BYTES, BIT, GEOMETRY, VECTOR -> Schema.create(Schema.Type.BYTES);
      case DATE -> LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT));
      // MySQL's TIME reaches beyond a day either way, which Avro's time-micros does not
      case TIME -> Schema.create(Schema.Type.LONG);
      case DATETIME ->
          LogicalTypes.localTimestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
      case TIMESTAMP -> LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG));
    };
  }

  /**
   * An Avro name for any MySQL name: letters, digits and single underscores stay, other bytes
   * become {@code _xHH}.
   */
  static String name(String mysqlName) {
    StringBuilder result = new StringBuilder(mysqlName.length());
    byte[] bytes = mysqlName.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      char c = (char) (bytes[i] & 0xff);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
      boolean digit = c >= '0' && c <= '9';
      // "_x" itself is escaped, so that no two names meet
      boolean ambiguous = c == '_' && i + 1 < bytes.length && bytes[i + 1] == 'x';
      if (letter && !ambiguous || digit && i > 0) {
        result.append(c);
      } else {
        result.append(String.format(Locale.ROOT, "_x%02X", (int) c));
      }
    }
    return result.toString();
  }
}
