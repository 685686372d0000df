package dev.sluice.tests.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.mysql.schema.ColumnProblem;
import dev.sluice.mysql.schema.InformationSchema;
import dev.sluice.mysql.schema.OtherObject;
import dev.sluice.mysql.schema.ServerVariables;
import dev.sluice.mysql.schema.TableDescription;
import dev.sluice.mysql.schema.TriggerDescription;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.table.ValueKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("mysql")
@ExtendWith(MySqlExtension.class)
class InformationSchemaTest {

  @Test
  void describesColumnsKeysAndEstimates(TestServer server) throws SQLException {
    server.execute(
        "CREATE TABLE t (b BIGINT UNSIGNED NOT NULL, a INT UNSIGNED NOT NULL, d DECIMAL(12,3), n BIGINT,"
            + " v VARCHAR(9) CHARACTER SET latin1, ts TIMESTAMP(3) NULL, e ENUM('unsigned') NULL,"
            + " g INT GENERATED ALWAYS AS (a + 1) VIRTUAL, PRIMARY KEY (b, a), UNIQUE KEY u (v), KEY k (d),"
            + " UNIQUE KEY w (g, n), UNIQUE KEY x (v(3)))",
        "INSERT INTO t (b, a) VALUES (1, 1), (2, 2)",
        "ANALYZE TABLE t");
    try (Connection connection = server.connectAsAdmin()) {
      TableDescription description =
          new InformationSchema(connection).require(server.schema(), "t");
      TableSchema schema = description.toSchema();

      assertThat(schema.keyColumns()).containsExactly("b", "a");
      assertThat(schema.columns())
          .extracting(ColumnSchema::name)
          .containsExactly("b", "a", "d", "n", "v", "ts", "e");
      assertThat(schema.column("b").kind()).isEqualTo(ValueKind.DECIMAL);
      assertThat(schema.column("b").precision()).isEqualTo(20);
      assertThat(schema.column("a").unsigned()).isTrue();
      assertThat(schema.column("d").precision()).isEqualTo(12);
      assertThat(schema.column("d").scale()).isEqualTo(3);
      assertThat(schema.column("n").precision()).isZero();
      assertThat(schema.column("v").charset()).isEqualTo("latin1");
      assertThat(schema.column("ts").scale()).isEqualTo(3);
      assertThat(schema.column("e").unsigned()).isFalse();
      assertThat(schema.secondaryUniqueKeys())
          .containsExactlyInAnyOrder(
              new TableSchema.UniqueKey("u", List.of("v")),
              new TableSchema.UniqueKey("w", List.of("n"), true),
              new TableSchema.UniqueKey("x", List.of("v"), true));
      assertThat(description.column("g").orElseThrow().generated()).isTrue();
      assertThat(description.estimatedRows()).isEqualTo(2);
      assertThat(description.engine()).isEqualTo("InnoDB");
    }
  }

  @Test
  void theBestNotNullUniqueKeyStandsInForAPrimaryKey(TestServer server) throws SQLException {
    server.execute(
        "CREATE TABLE t (n INT NULL, f FLOAT NOT NULL, s VARCHAR(9) NOT NULL, i INT NOT NULL, p VARCHAR(9) NOT NULL,"
            + " UNIQUE KEY a_null (n), UNIQUE KEY b_float (f), UNIQUE KEY c_prefix (p(2)), UNIQUE KEY d_text (s),"
            + " UNIQUE KEY e_two (i, s), UNIQUE KEY f_int (i))");
    try (Connection connection = server.connectAsAdmin()) {
      TableDescription description =
          new InformationSchema(connection).require(server.schema(), "t");
      assertThat(description.identity().orElseThrow().name()).isEqualTo("f_int");
    }
  }

  @Test
  void everyProblemIsNamed(TestServer server) throws SQLException {
    server.execute(
        "CREATE TABLE t (f FLOAT NOT NULL PRIMARY KEY, v ENUM('a','?') CHARACTER SET utf8mb4, w INT)");
    try (Connection connection = server.connectAsAdmin()) {
      TableDescription description =
          new InformationSchema(connection).require(server.schema(), "t");
      assertThat(description.problems())
          .extracting(ColumnProblem::column)
          .containsExactly("v", ColumnProblem.KEY);
      assertThatThrownBy(description::toSchema)
          .isInstanceOfSatisfying(
              SluiceException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.VALUE_NOT_CARRIED))
          .hasMessageContaining("four bytes")
          .hasMessageContaining("FLOAT");
    }
  }

  @Test
  void fiveHundredTablesTakeAHandfulOfQueries(TestServer server) throws SQLException {
    try (Connection connection = server.connectAsAdmin();
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < 60; i++) {
        statement.execute(
            "CREATE TABLE t" + i + " (id INT PRIMARY KEY, v VARCHAR(10), UNIQUE KEY u (v))");
      }
      InformationSchema schema = new InformationSchema(connection);
      List<String> tables = schema.baseTables(server.schema());
      assertThat(tables).hasSize(60);
      Map<String, TableDescription> described = schema.describe(server.schema(), tables);
      assertThat(described.keySet()).containsExactlyElementsOf(tables);
      assertThat(described.values()).allSatisfy(table -> assertThat(table.problems()).isEmpty());
    }
  }

  @Test
  void whatStaysBehindIsListed(TestServer server) throws SQLException {
    server.execute(
        "CREATE TABLE t (id INT PRIMARY KEY)",
        "CREATE VIEW v AS SELECT id FROM t",
        "CREATE PROCEDURE p() SELECT 1",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
        "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.id = NEW.id");
    try (Connection connection = server.connectAsAdmin()) {
      InformationSchema schema = new InformationSchema(connection);
      assertThat(schema.otherObjects(server.schema()))
          .containsExactly(
              new OtherObject("event", "e"),
              new OtherObject("procedure", "p"),
              new OtherObject("view", "v"));
      assertThat(schema.triggers(server.schema()))
          .extracting(TriggerDescription::table)
          .containsExactly("t");
      assertThat(schema.baseTables(server.schema())).containsExactly("t");
      assertThat(schema.describe(server.schema(), List.of("v", "none")).get("v").baseTable())
          .isFalse();
      assertThatThrownBy(() -> schema.require(server.schema(), "none"))
          .isInstanceOfSatisfying(
              SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
      ServerVariables variables = ServerVariables.read(connection);
      assertThat(variables.version()).isEqualTo(schema.version());
      assertThat(variables.isOn("log_bin")).isTrue();
    }
  }
}
