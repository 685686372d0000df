package dev.sluice.schemas.table;

import java.util.Optional;
import java.util.Set;

/**
 * The one place that says which form the values of a MySQL type take, and which types are refused
 * (I2).
 */
public final class TypeMapping {

  /** Debezium decodes these wrongly, so their stored bytes would change on the way. */
  private static final Set<String> REFUSED_CHARSETS =
      Set.of("dec8", "hp8", "swe7", "geostd8", "armscii8", "koi8u", "keybcs2");

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

  /** The reason why a column with this character set cannot be carried, if there is one. */
  public static Optional<String> refusedCharset(String charset) {
    if (charset != null && REFUSED_CHARSETS.contains(charset)) {
      return Optional.of("character set " + charset + " is decoded wrongly from the binary log");
    }
    return Optional.empty();
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
