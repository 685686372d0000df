package dev.sluice.tests.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.schemas.journal.CutKind;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.StackScope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One stream on real servers: copy, binary log, restart (I1, I3, I4). */
@Tag("capture")
@ExtendWith(SharedStack.class)
class CopyAndStreamTest {

  private static final Duration LONG = Duration.ofSeconds(40);

  private CaptureRig rig;

  @BeforeEach
  void makeTable(StackScope scope) throws SQLException {
    rig = new CaptureRig(scope);
    rig.execute(
        "CREATE TABLE customer (customer_id INT NOT NULL PRIMARY KEY, email VARCHAR(64), n INT NOT NULL)");
    insert(1, 30_000);
    rig.plan(Map.of("customer", "customer_id"));
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private void insert(int first, int count) throws SQLException {
    try (Connection connection = rig.connect();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO customer VALUES (?, ?, ?)")) {
      connection.setAutoCommit(false);
      for (int i = 0; i < count; i++) {
        insert.setInt(1, first + i);
        insert.setString(2, "c" + (first + i) + "@example.org");
        insert.setInt(3, i);
        insert.addBatch();
      }
      insert.executeBatch();
      connection.commit();
    }
  }

  @Test
  void rowsAndChangesArriveAndARestartGoesOn() throws SQLException {
    CaptureRig.Running running = rig.start();
    await().atMost(LONG).until(() -> rig.status() != null && rig.status().consistent());
    assertThat(running.failure()).isNull();
    rig.execute(
        "UPDATE customer SET email = NULL WHERE customer_id = 5",
        "DELETE FROM customer WHERE customer_id BETWEEN 10 AND 19",
        "UPDATE customer SET customer_id = 900001 WHERE customer_id = 20");
    rig.awaitMarker();
    running.stop();
    insert(40_000, 5);
    running = rig.start();
    rig.awaitMarker();
    running.stop();
    assertThat(running.failure()).isNull();
    StreamReplay replay = rig.replay();
    assertThat(replay.consistent()).isTrue();
    assertThat(replay.cuts()).anyMatch(cut -> cut.kind() == CutKind.COPY);
    assertThat(replay.lastCut().captureEpoch()).isEqualTo(2);
    assertThat(replay.gtids().values()).allMatch(count -> count == 1);
    assertThat(replay.rows("customer")).hasSize(30_000 - 10 + 5);
    assertThat(replay.rows("customer")).containsEntry("5|", "5|null|4|");
    assertThat(replay.rows("customer")).doesNotContainKey("20|").containsKey("900001|");
  }
}
