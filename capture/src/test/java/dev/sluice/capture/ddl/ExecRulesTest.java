package dev.sluice.capture.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.capture.stream.SourceEvent;
import dev.sluice.capture.stream.SourceEvent.EngineColumn;
import dev.sluice.mysql.ddl.DdlReader;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.TablePlan;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExecRulesTest {

  private final MovePlan plan =
      new MovePlan(
          List.of("-"),
          List.of("-"),
          List.of(
              new TablePlan(
                  new TableSchema(
                      "t",
                      List.of(
                          ColumnShapes.built(column("id", "INT")).orElseThrow(),
                          ColumnShapes.built(column("a", "VARCHAR")).orElseThrow()),
                      List.of("id"),
                      List.of()),
                  null,
                  null,
                  "",
                  "",
                  List.of(),
                  true,
                  1)));

  private static EngineColumn column(String name, String type) {
    return new EngineColumn(name, type, -1, -1, true, false, null, List.of());
  }

  private Optional<String> obstacle(String statement, EngineColumn... columns) {
    return ExecRules.obstacle(
        new SourceEvent.Ddl("t", statement, "g", List.of(columns), "", "", 4),
        DdlReader.read(statement, "s").orElseThrow(),
        plan);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE t ADD c INT NOT NULL DEFAULT 5, ALGORITHM=INSTANT",
        "ALTER TABLE t ADD c VARCHAR(9) DEFAULT 'now', DROP d, ADD UNIQUE KEY (c)",
        "ALTER TABLE t CHANGE a b VARCHAR(200), ALTER c SET DEFAULT 3",
        "CREATE INDEX i ON t (a)"
      })
  void runs(String statement) {
    assertThat(obstacle(statement)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE t ADD c TIMESTAMP DEFAULT CURRENT_TIMESTAMP",
        "ALTER TABLE t ADD c VARCHAR(36) DEFAULT (UUID())",
        "ALTER TABLE t ADD c INT AUTO_INCREMENT UNIQUE",
        "ALTER TABLE t ADD c INT AS (id + 1)",
        "ALTER TABLE t CONVERT TO CHARACTER SET latin1",
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p (a)",
        "ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (a)",
        "ALTER TABLE t ENGINE = MyISAM",
        "ALTER TABLE t ORDER BY a",
        "ALTER TABLE t PARTITION BY HASH (id)",
        "TRUNCATE t"
      })
  void doesNotRun(String statement) {
    assertThat(obstacle(statement)).isPresent();
  }

  @Test
  void doesNotRunConversions() {
    String statement = "ALTER TABLE t MODIFY a INT";

    assertThat(obstacle(statement, column("id", "INT"), column("a", "INT")).orElseThrow())
        .contains("a gets values of another kind");
    assertThat(obstacle(statement, column("id", "BIGINT"), column("a", "TEXT"))).isEmpty();
  }
}
