package dev.sluice.capture.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.debezium.spi.converter.CustomConverter.Converter;
import io.debezium.spi.converter.CustomConverter.ConverterRegistration;
import io.debezium.spi.converter.RelationalColumn;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Types as only DDL writes them, which the engine reads otherwise than MySQL. */
class RawColumnsTest {

  static Stream<Arguments> words() {
    return Stream.of(
        Arguments.of("BOOLEAN", 7, 7L),
        Arguments.of("BOOL", -1, -1L),
        Arguments.of("TINYINT ZEROFILL", -1, 255L),
        Arguments.of("SMALLINT ZEROFILL", -1, 65_535L),
        Arguments.of("MEDIUMINT(4) ZEROFILL", -1, 16_777_215L),
        Arguments.of("INT ZEROFILL", -1, 4_294_967_295L),
        Arguments.of("INT4 ZEROFILL", -1, 4_294_967_295L),
        Arguments.of("INTEGER ZEROFILL", 5, 5L),
        Arguments.of("BIGINT ZEROFILL", -1L, new BigDecimal("18446744073709551615")),
        Arguments.of("FLOAT4", 0.1f, 0.1f),
        Arguments.of("FLOAT8", 0.1, 0.1),
        Arguments.of("REAL", 0.1, 0.1));
  }

  @ParameterizedTest
  @MethodSource("words")
  void aValueIsWhatTheServerStores(String type, Object raw, Object wanted) {
    Registered registered = register(type);
    assertThat(registered.converter.convert(raw)).isEqualTo(wanted);
    assertThat(registered.converter.convert(null)).isNull();
    assertThat(registered.schema.isOptional()).isTrue();
  }

  @Test
  void whatTheEngineReadsRightIsLeftToIt() {
    assertThat(register("INT UNSIGNED ZEROFILL").converter).isNull();
    assertThat(register("TINYINT").converter).isNull();
    assertThat(register("DECIMAL ZEROFILL").converter).isNull();
  }

  private static final class Registered implements ConverterRegistration<SchemaBuilder> {
    private SchemaBuilder schema;
    private Converter converter;

    @Override
    public void register(SchemaBuilder fieldSchema, Converter by) {
      schema = fieldSchema;
      converter = by;
    }
  }

  private static Registered register(String type) {
    RelationalColumn column =
        (RelationalColumn)
            Proxy.newProxyInstance(
                RawColumnsTest.class.getClassLoader(),
                new Class<?>[] {RelationalColumn.class},
                (proxy, method, arguments) -> method.getName().equals("typeName") ? type : null);
    Registered registered = new Registered();
    new RawColumns().converterFor(column, registered);
    return registered;
  }
}
