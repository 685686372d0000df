package dev.sluice.tests.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.schemas.journal.JournalFollower;
import dev.sluice.schemas.journal.JournalFollower.Passed;
import dev.sluice.schemas.journal.Marker;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.StackScope;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Which cut holds a marker or a change of the fence: asked of a real journal. */
@Tag("capture")
@ExtendWith(SharedStack.class)
class JournalFollowerTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private CaptureRig rig;

  @BeforeEach
  void open(StackScope scope) {
    rig = new CaptureRig(scope);
    rig.execute("CREATE TABLE t (id INT PRIMARY KEY, v INT)", "INSERT INTO t VALUES (1, 1)");
    rig.plan(Map.of("t", "id"));
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private String marker(String workflow, String kind) {
    String token = UUID.randomUUID().toString();
    rig.execute(
        "INSERT INTO _sluice.marker (token, workflow, kind, written_at) VALUES ('%s', '%s', '%s', NOW(6))"
            .formatted(token, workflow, kind));
    return token;
  }

  private String fence(String workflow, int denied) {
    String token = UUID.randomUUID().toString();
    rig.execute(
        ("INSERT INTO _sluice.fence (id, workflow, denied, controller_epoch, token, reason, changed_at)"
                + " VALUES ('%1$s', '%1$s', %2$d, 1, '%3$s', '', NOW(6))"
                + " ON DUPLICATE KEY UPDATE denied = %2$d, token = '%3$s', changed_at = NOW(6)")
            .formatted(workflow, denied, token));
    return token;
  }

  @Test
  void marksOfTheWorkflowEndTheirCutsAndAreFoundAtOnce() throws Exception {
    rig.start();
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> rig.status() != null && rig.status().consistent());
    String workflow = rig.stream().workflow();
    try (JournalFollower follower =
        new JournalFollower(rig.kafka, workflow, Direction.FORWARD, 1, rig.schemaIds).start()) {
      rig.execute("UPDATE t SET v = 2 WHERE id = 1");
      String hold = marker(workflow, Marker.HOLD);
      rig.execute("UPDATE t SET v = 3 WHERE id = 1");
      String denied = fence(workflow, 1);
      String open = fence(workflow, 0);
      String foreignHold = marker("another", Marker.HOLD);
      String foreignFence = fence("another", 1);
      String last = marker(workflow, Marker.PROBE);

      Passed atHold = follower.awaitMarker(0, hold, LIMIT).orElseThrow();
      Passed atDenied = follower.awaitMarker(0, denied, LIMIT).orElseThrow();
      Passed atOpen = follower.awaitMarker(0, open, LIMIT).orElseThrow();
      assertThat(follower.awaitMarker(0, last, LIMIT)).isPresent();

      assertThat(atHold.cut().markers()).containsExactly(new Marker(hold, Marker.HOLD));
      assertThat(atDenied.cut().markers()).containsExactly(new Marker(denied, Marker.FENCE));
      assertThat(atOpen.cut().markers()).containsExactly(new Marker(open, Marker.FENCE));
      assertThat(atHold.cut().number()).isLessThan(atDenied.cut().number());
      assertThat(atDenied.journalOffset()).isGreaterThan(atHold.journalOffset());
      for (String foreign : List.of(foreignHold, foreignFence)) {
        assertThat(follower.awaitMarker(0, foreign, Duration.ZERO)).isEmpty();
      }
    }
    rig.execute("DELETE FROM _sluice.fence WHERE workflow IN ('another', '" + workflow + "')");
  }

  @Test
  void whatWasThereBeforeTheStartIsNotSeenAndWhatComesAfterIs() throws Exception {
    rig.start();
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> rig.status() != null && rig.status().consistent());
    String workflow = rig.stream().workflow();
    String before = marker(workflow, Marker.PROBE);
    rig.awaitMarker();
    try (JournalFollower follower =
        new JournalFollower(rig.kafka, workflow, Direction.FORWARD, 1, rig.schemaIds).start()) {
      String after = marker(workflow, Marker.PROBE);
      assertThat(follower.awaitMarker(0, after, LIMIT)).isPresent();
      assertThat(follower.awaitMarker(0, before, Duration.ZERO)).isEmpty();
    }
  }
}
