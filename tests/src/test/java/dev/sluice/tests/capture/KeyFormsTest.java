package dev.sluice.tests.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.workflow.WorkflowOptions;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.StackScope;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The copy reads every row once by any kind of key, over pages and slices. */
@Tag("capture")
@ExtendWith(SharedStack.class)
class KeyFormsTest {

  private static final int ROWS = 41_000;

  /** Key columns and key, then the key's values computed from n, 1 to {@link #ROWS}. */
  private static final Map<String, String> KEYS = new LinkedHashMap<>();

  static {
    KEYS.put(
        "a VARCHAR(20) COLLATE utf8mb4_0900_ai_ci NOT NULL, b INT NOT NULL, PRIMARY KEY (a, b)",
        "CONCAT(IF(n % 2, 'Ä', 'a'), n % 7, ' '), n");
    KEYS.put(
        "a VARCHAR(20) CHARACTER SET latin1 NOT NULL, UNIQUE KEY (a)",
        "CONCAT(CHAR(223 USING latin1), n)");
    KEYS.put("a DECIMAL(20,3) NOT NULL, PRIMARY KEY (a)", "n / 8 - 1000");
    KEYS.put("a BIGINT UNSIGNED NOT NULL, PRIMARY KEY (a)", "18446744073709551615 - n * 1000");
    KEYS.put("a VARBINARY(8) NOT NULL, PRIMARY KEY (a)", "UNHEX(LPAD(HEX(n), 8, '0'))");
    KEYS.put(
        "a DATE NOT NULL, b TIME(6) NOT NULL, PRIMARY KEY (a, b)",
        "DATE'2000-01-01' + INTERVAL (n % 10) DAY, SEC_TO_TIME(n - 20000.5)");
    KEYS.put(
        "a DATETIME(6) NOT NULL, PRIMARY KEY (a)",
        "TIMESTAMP'1969-12-31 23:00:00' + INTERVAL n * 300001 MICROSECOND");
    KEYS.put(
        "a ENUM('z','m','a') NOT NULL, b INT NOT NULL, PRIMARY KEY (a, b)",
        "ELT(1 + n % 3, 'z', 'm', 'a'), n");
    KEYS.put("a BIT(24) NOT NULL, PRIMARY KEY (a)", "n");
  }

  @Test
  void everyRowIsReadOnce(StackScope scope) {
    try (CaptureRig rig = new CaptureRig(scope)) {
      Map<String, String> tables = new LinkedHashMap<>();
      for (Map.Entry<String, String> key : KEYS.entrySet()) {
        String table = "k" + tables.size();
        tables.put(table, "id");
        rig.execute(
            "SET SESSION cte_max_recursion_depth = " + ROWS,
            "CREATE TABLE "
                + table
                + " ("
                + key.getKey()
                + ", id INT NOT NULL) DEFAULT CHARSET utf8mb4",
            "INSERT INTO "
                + table
                + " WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < "
                + ROWS
                + ") SELECT "
                + key.getValue()
                + ", n FROM c");
      }
      rig.plan(tables);
      CaptureRig.Running running =
          rig.start(
              new WorkflowOptions(
                  null, null, "100ms", null, null, null, null, null, null, null, null),
              PausePoints.off());
      await()
          .atMost(Duration.ofSeconds(120))
          .until(() -> !running.isAlive() || rig.status() != null && rig.status().consistent());
      assertThat(running.failure()).isNull();
      StreamReplay replay = rig.replay();
      tables.keySet().forEach(table -> assertThat(replay.rows(table)).as(table).hasSize(ROWS));
      assertThat(replay.changes()).hasSize(ROWS * tables.size());
      assertThat(rig.status().tables()).allMatch(table -> table.rowsCopied() == ROWS);
    }
  }
}
