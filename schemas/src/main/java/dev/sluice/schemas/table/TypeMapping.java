package dev.sluice.schemas.table;

import java.util.Optional;

/**
 * The one place that says which form the values of a MySQL type take, and which types are refused
 * (I2).
 */
public final class TypeMapping {

  private TypeMapping() {}

  /**
   * The form of a type's values.
   *
   * @param dataType lower case, as information_schema.COLUMNS.DATA_TYPE has it
   * @return empty when the type cannot be carried without loss
   */
  public static Optional<ValueKind> kindOf(String dataType, boolean unsigned) {
    return Optional.ofNullable(
        switch (dataType) {
          case "tinyint", "smallint", "mediumint", "int", "integer" -> ValueKind.INTEGER;
          case "bigint" -> unsigned ? ValueKind.DECIMAL : ValueKind.INTEGER;
          case "decimal", "numeric" -> ValueKind.DECIMAL;
          case "float" -> ValueKind.FLOAT;
          case "double", "real" -> ValueKind.DOUBLE;
          case "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set" ->
              ValueKind.TEXT;
          case "json" -> ValueKind.JSON;
          case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob" ->
              ValueKind.BYTES;
          case "bit" -> ValueKind.BIT;
          case "date" -> ValueKind.DATE;
          case "time" -> ValueKind.TIME;
          case "datetime" -> ValueKind.DATETIME;
          case "timestamp" -> ValueKind.TIMESTAMP;
          case "year" -> ValueKind.YEAR;
          case "geometry",
              "point",
              "linestring",
              "polygon",
              "multipoint",
              "multilinestring",
              "multipolygon",
              "geometrycollection",
              "geomcollection" ->
              ValueKind.GEOMETRY;
          case "vector" -> ValueKind.VECTOR;
          default -> null;
        });
  }

  /** The reason why a column cannot be part of the key that rows are found by, if there is one. */
  public static Optional<String> refusedAsKey(ColumnSchema column) {
    return switch (column.kind()) {
      case FLOAT, DOUBLE ->
          Optional.of("FLOAT and DOUBLE keys lose or repeat rows when read in key order");
      case JSON, GEOMETRY, VECTOR -> Optional.of(column.dataType() + " cannot be a key");
      default -> Optional.empty();
    };
  }
}
