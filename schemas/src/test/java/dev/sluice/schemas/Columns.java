package dev.sluice.schemas;

import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TypeMapping;
import dev.sluice.schemas.table.ValueKind;

/** Builds columns for tests. */
public final class Columns {

  private final String name;
  private final String columnType;
  private final String dataType;
  private ValueKind kind;
  private int precision;
  private int scale;
  private boolean nullable;
  private String collation;

  private Columns(String name, String columnType) {
    this.name = name;
    this.columnType = columnType;
    this.dataType = columnType.replaceAll("[( ].*", "");
    this.kind = TypeMapping.kindOf(dataType, columnType.contains("unsigned")).orElseThrow();
  }

  public static Columns of(String name, String columnType) {
    return new Columns(name, columnType);
  }

  public static Columns bigint(String name) {
    return new Columns(name, "bigint");
  }

  public static Columns text(String name) {
    return new Columns(name, "varchar(100)").collation("utf8mb4_bin");
  }

  public Columns decimal(int digits, int fraction) {
    precision = digits;
    scale = fraction;
    return this;
  }

  public Columns date() {
    kind = ValueKind.DATE;
    return this;
  }

  public Columns dateTime(int fraction) {
    scale = fraction;
    return this;
  }

  public Columns nullable() {
    nullable = true;
    return this;
  }

  public Columns collation(String value) {
    collation = value;
    return this;
  }

  public ColumnSchema build() {
    return new ColumnSchema(
        name,
        dataType,
        columnType,
        kind,
        precision,
        scale,
        nullable,
        columnType.contains("unsigned"),
        collation == null ? null : "utf8mb4",
        collation,
        false,
        false);
  }
}
