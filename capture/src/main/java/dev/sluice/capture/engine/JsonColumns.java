package dev.sluice.capture.engine;

import com.github.shyiko.mysql.binlog.event.deserialization.json.JsonBinary;
import io.debezium.spi.converter.CustomConverter;
import io.debezium.spi.converter.RelationalColumn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * Gives the engine's JSON columns the text that MySQL itself prints: the engine's own loses the
 * difference between 1e10 and 10000000000, and the microseconds of times. The engine makes its own
 * instance by name. Thread-safe.
 */
public final class JsonColumns implements CustomConverter<SchemaBuilder, RelationalColumn> {

  @Override
  public void configure(Properties settings) {}

  @Override
  public void converterFor(
      RelationalColumn column, ConverterRegistration<SchemaBuilder> registration) {
    if ("JSON".equalsIgnoreCase(column.typeName())) {
      registration.register(SchemaBuilder.string().optional(), JsonColumns::text);
    }
  }

  private static Object text(Object value) {
    if (!(value instanceof byte[] binary)) {
      return value;
    }
    if (binary.length == 0) {
      return "null";
    }
    MySqlJsonFormatter formatter = new MySqlJsonFormatter();
    try {
      JsonBinary.parse(binary, formatter);
    } catch (IOException e) {
      throw new UncheckedIOException("a JSON value of the binary log cannot be read", e);
    }
    return formatter.toString();
  }
}
