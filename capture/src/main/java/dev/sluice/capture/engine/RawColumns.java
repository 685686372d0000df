package dev.sluice.capture.engine;

import com.github.shyiko.mysql.binlog.event.deserialization.json.JsonBinary;
import com.github.shyiko.mysql.binlog.event.deserialization.json.JsonFormatter;
import io.debezium.spi.converter.CustomConverter;
import io.debezium.spi.converter.RelationalColumn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Properties;
import java.util.function.Function;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * Hands values on as {@link RawCells} reads them: the engine's own conversions decode some
 * character sets otherwise than MySQL, know ENUM and SET members only as their DDL text has them,
 * and lose a difference in JSON (1e10 and 10000000000). The engine makes its own instance by name.
 * Thread-safe.
 */
public final class RawColumns implements CustomConverter<SchemaBuilder, RelationalColumn> {

  @Override
  public void configure(Properties settings) {}

  @Override
  public void converterFor(
      RelationalColumn column, ConverterRegistration<SchemaBuilder> registration) {
    String type = column.typeName().toUpperCase(Locale.ROOT);
    if (type.equals("JSON")) {
      register(column, registration, SchemaBuilder.string(), RawColumns::json);
    } else if (isText(type) || isStructure(type)) {
      register(column, registration, SchemaBuilder.bytes(), byte[].class::cast);
    } else if (isTime(type) || isMember(type) || isBoolean(type)) {
      register(column, registration, SchemaBuilder.int64(), value -> ((Number) value).longValue());
    } else if (type.startsWith("FLOAT4")) {
      register(
          column, registration, SchemaBuilder.float32(), value -> ((Number) value).floatValue());
    } else if (type.startsWith("REAL") || type.startsWith("FLOAT8")) {
      // the engine takes a REAL for a FLOAT, and cannot read the others
      register(
          column, registration, SchemaBuilder.float64(), value -> ((Number) value).doubleValue());
    } else if (isUnsignedUnsaid(type)) {
      unsigned(column, type, registration);
    }
  }

  /** Only DDL says so, SHOW CREATE TABLE says tinyint(1); it holds any TINYINT. */
  private static boolean isBoolean(String type) {
    return type.equals("BOOL") || type.equals("BOOLEAN");
  }

  /** Only DDL leaves it out, and the engine would read large values as negative ones. */
  private static boolean isUnsignedUnsaid(String type) {
    return type.contains("ZEROFILL") && !type.contains("UNSIGNED") && type.contains("INT");
  }

  private static void unsigned(
      RelationalColumn column, String type, ConverterRegistration<SchemaBuilder> registration) {
    int bits =
        switch (type.split("[ (]")[0]) {
          case "TINYINT", "INT1" -> 8;
          case "SMALLINT", "INT2" -> 16;
          case "MEDIUMINT", "MIDDLEINT", "INT3" -> 24;
          case "BIGINT", "INT8" -> Long.SIZE;
          default -> Integer.SIZE;
        };
    if (bits == Long.SIZE) {
      register(
          column,
          registration,
          Decimal.builder(0),
          value -> new BigDecimal(Long.toUnsignedString(((Number) value).longValue())));
    } else {
      long mask = (1L << bits) - 1;
      register(
          column,
          registration,
          SchemaBuilder.int64(),
          value -> ((Number) value).longValue() & mask);
    }
  }

  private static boolean isText(String type) {
    boolean binary = type.contains("BINARY") || type.contains("VARYING BINARY");
    return !binary && (type.contains("CHAR") || type.contains("TEXT"));
  }

  private static boolean isTime(String type) {
    return switch (type) {
      case "DATE", "TIME", "DATETIME", "TIMESTAMP", "YEAR" -> true;
      default -> false;
    };
  }

  private static boolean isMember(String type) {
    return type.equals("ENUM") || type.equals("SET");
  }

  private static boolean isStructure(String type) {
    return switch (type) {
      case "GEOMETRY",
          "POINT",
          "LINESTRING",
          "POLYGON",
          "MULTIPOINT",
          "MULTILINESTRING",
          "MULTIPOLYGON",
          "GEOMETRYCOLLECTION",
          "GEOMCOLLECTION",
          "VECTOR" ->
          true;
      default -> false;
    };
  }

  /** The engine also asks for the column's default, once; nobody reads that. */
  private static void register(
      RelationalColumn column,
      ConverterRegistration<SchemaBuilder> registration,
      SchemaBuilder schema,
      Function<Object, Object> conversion) {
    Object unwanted = column.defaultValue();
    registration.register(
        schema.optional(),
        value -> value == null || value == unwanted ? null : conversion.apply(value));
  }

  private static Object json(Object value) {
    byte[] binary = (byte[]) value;
    if (binary.length == 0) {
      return "null";
    }
    MySqlJsonFormatter formatter = new MySqlJsonFormatter();
    try {
      new SignedTimes(binary).parse(formatter);
    } catch (IOException e) {
      throw new UncheckedIOException("a JSON value of the binary log cannot be read", e);
    }
    return formatter.toString();
  }

  /** The library's own reading of negative times is off by one in each part. */
  private static final class SignedTimes extends JsonBinary {
    private static final int FRACTION_BITS = 24;

    SignedTimes(byte[] binary) {
      super(binary);
    }

    @Override
    protected void parseTime(JsonFormatter formatter) throws IOException {
      long raw = readInt64();
      int sign = raw < 0 ? -1 : 1;
      long clock = Math.abs(raw) >> FRACTION_BITS;
      formatter.valueTime(
          sign * (int) (clock >> 12 & 1023),
          sign * (int) (clock >> 6 & 63),
          sign * (int) (clock & 63),
          sign * (int) (Math.abs(raw) & (1 << FRACTION_BITS) - 1));
    }
  }
}
