package dev.sluice.capture.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.capture.stream.SourceEvent.EngineColumn;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.ValueKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnShapesTest {

  private static EngineColumn engine(String type, int length, int scale) {
    return new EngineColumn("c", type, length, scale, true, false, null, List.of());
  }

  @ParameterizedTest
  @CsvSource({
    "INTEGER,-1,-1,int,int,INTEGER,0,0",
    "INT UNSIGNED ZEROFILL,10,-1,int,int unsigned,INTEGER,0,0",
    "BIGINT UNSIGNED,-1,-1,bigint,bigint unsigned,DECIMAL,20,0",
    "BOOL,-1,-1,tinyint,tinyint,INTEGER,0,0",
    "DEC,-1,-1,decimal,'decimal(10,0)',DECIMAL,10,0",
    "NUMERIC,8,2,decimal,'decimal(8,2)',DECIMAL,8,2",
    "DOUBLE PRECISION,-1,-1,double,double,DOUBLE,0,0",
    "VARCHAR,40,-1,varchar,varchar(40),TEXT,0,0",
    "DATETIME,6,-1,datetime,datetime(6),DATETIME,0,6",
    "TIMESTAMP,-1,-1,timestamp,timestamp,TIMESTAMP,0,0",
    "BIT,-1,-1,bit,bit(1),BIT,0,0"
  })
  void theEnginesWordsMakeAColumn(
      String type,
      int length,
      int scale,
      String dataType,
      String columnType,
      ValueKind kind,
      int precision,
      int digits) {
    ColumnSchema built = ColumnShapes.built(engine(type, length, scale)).orElseThrow();

    assertThat(built.dataType()).isEqualTo(dataType);
    assertThat(built.columnType()).isEqualTo(columnType);
    assertThat(built.kind()).isEqualTo(kind);
    assertThat(built.precision()).isEqualTo(precision);
    assertThat(built.scale()).isEqualTo(digits);
    assertThat(ColumnShapes.same(built, engine(type, length, scale))).isTrue();
  }

  @Test
  void whatCannotBeCarriedIsNotBuilt() {
    assertThat(ColumnShapes.built(engine("SOMETHING", -1, -1))).isEmpty();
  }

  @Test
  void membersCount() {
    EngineColumn one =
        new EngineColumn("c", "ENUM", 1, -1, true, false, "utf8mb4", List.of("'a'", "'b''c'"));
    ColumnSchema built = ColumnShapes.built(one).orElseThrow();

    assertThat(built.columnType()).isEqualTo("enum('a','b''c')");
    assertThat(
            ColumnShapes.same(
                built,
                new EngineColumn("c", "ENUM", 1, -1, true, false, "utf8mb4", List.of("'a'"))))
        .isFalse();
  }

  @Test
  void anotherSizeKindOrNullabilityIsAnotherColumn() {
    ColumnSchema built = ColumnShapes.built(engine("VARCHAR", 40, -1)).orElseThrow();

    assertThat(ColumnShapes.same(built, engine("VARCHAR", 41, -1))).isFalse();
    assertThat(ColumnShapes.same(built, engine("CHAR", 40, -1))).isFalse();
    assertThat(
            ColumnShapes.same(
                built, new EngineColumn("c", "VARCHAR", 40, -1, false, false, null, List.of())))
        .isFalse();
  }
}
