package dev.sluice.schemas.table;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;

/**
 * One column as information_schema describes it, with the form its values take. Immutable.
 *
 * @param dataType lower case type name without length: {@code int}, {@code varchar}
 * @param columnType the full type: {@code int unsigned}, {@code enum('a','b')}
 * @param kind the form of its values
 * @param precision of DECIMAL (BIGINT UNSIGNED: 20), else 0
 * @param scale of DECIMAL, or the fractional digits of a time type, else 0
 * @param charset null for columns without one
 * @param collation null for columns without one
 * @param generated GENERATED ALWAYS AS (virtual or stored): read by nobody, written by nobody
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ColumnSchema(
    String name,
    String dataType,
    String columnType,
    ValueKind kind,
    int precision,
    int scale,
    boolean nullable,
    boolean unsigned,
    String charset,
    String collation,
    boolean generated,
    boolean autoIncrement) {

  public ColumnSchema {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(dataType, "dataType");
    Objects.requireNonNull(columnType, "columnType");
    Objects.requireNonNull(kind, "kind");
  }

  /** True for ENUM and SET, which MySQL orders by number and compares by text. */
  @JsonIgnore
  public boolean isEnumOrSet() {
    return dataType.equals("enum") || dataType.equals("set");
  }

  /** True when INTEGER values fit 32 signed bits. */
  @JsonIgnore
  public boolean fitsInt() {
    return switch (dataType) {
      case "tinyint", "smallint", "mediumint" -> true;
      case "int", "integer" -> !unsigned;
      default -> false;
    };
  }
}
