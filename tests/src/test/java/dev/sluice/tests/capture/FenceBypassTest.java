package dev.sluice.tests.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.mysql.fence.Fence;
import dev.sluice.mysql.fence.FenceId;
import dev.sluice.mysql.fence.FenceKind;
import dev.sluice.mysql.fence.FencePlace;
import dev.sluice.mysql.fence.FenceSide;
import dev.sluice.mysql.fence.Fences;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.sidecar.Sidecar;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.DdlStatement;
import dev.sluice.schemas.journal.Marker;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.workflow.WorkflowOptions;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.StackScope;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no fence sees, the stream of the denied side does. */
@Tag("fence")
@ExtendWith(SharedStack.class)
class FenceBypassTest {

  private static final Duration LONG = Duration.ofSeconds(60);

  private CaptureRig rig;
  private CaptureRig.Running running;
  private Fence fence;

  @BeforeEach
  void tables(StackScope scope) throws SQLException {
    rig = new CaptureRig(scope);
    try (Connection connection = rig.connect()) {
      new Sidecar(Sidecar.DEFAULT_SCHEMA).ensure(connection);
    }
    rig.execute(
        "CREATE TABLE customer (customer_id INT NOT NULL PRIMARY KEY, n INT) PARTITION BY RANGE"
            + " (customer_id) (PARTITION low VALUES LESS THAN (100), PARTITION high VALUES LESS"
            + " THAN (200))",
        "INSERT INTO customer VALUES (1, 1), (2, 2)");
    rig.plan(Map.of("customer", "customer_id"));
    fence =
        new Fences(new MySqlSessions("test"), "_sluice")
            .of(
                FenceKind.TRIGGERS,
                new FencePlace(
                    new FenceId(rig.uuid, FenceSide.SOURCE, "-"),
                    scope.workflow(),
                    rig.endpoint(rig.source.host(), rig.source.port()),
                    List.of("customer")));
  }

  @AfterEach
  void stop() {
    rig.close();
    fence.close();
    rig.execute("DELETE FROM _sluice.fence WHERE id LIKE '" + rig.uuid + "%'");
  }

  private void start(String onDdl) {
    WorkflowOptions options =
        new WorkflowOptions(null, null, null, null, null, null, onDdl, null, null, null, null);
    running = rig.start(options, PausePoints.off());
    await()
        .atMost(LONG)
        .until(() -> !running.isAlive() || rig.status() != null && rig.status().consistent());
    assertThat(running.failure()).isNull();
  }

  private String deny() {
    fence.raiseEpoch(1);
    fence.arm(1, LONG);
    return fence.deny(1, "", LONG);
  }

  private Cut cutOf(String token) {
    return rig.replay().cuts().stream()
        .filter(cut -> cut.markers().contains(new Marker(token, Marker.FENCE)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void rowsBehindTheDenialAreNoted() {
    start("stop");
    String token = deny();
    rig.awaitMarker();
    assertThat(cutOf(token).denied()).isTrue();
    assertThat(rig.replay().cuts()).noneMatch(Cut::bypassed);

    smuggle(3);
    rig.awaitMarker();
    running.stop();
    smuggle(4);
    running = rig.start();
    rig.awaitMarker();
    fence.allow(1, "", Duration.ofSeconds(1));
    rig.execute("INSERT INTO customer VALUES (5, 5)");
    rig.awaitMarker();

    List<Cut> cuts = rig.replay().cuts();
    long denial = cutOf(token).number();
    assertThat(cuts.stream().filter(Cut::bypassed))
        .hasSize(2)
        .allMatch(cut -> cut.number() > denial && cut.records() > 0);
    assertThat(cuts.get(cuts.size() - 1).denied()).isFalse();
    assertThat(rig.replay().rows("customer")).hasSize(5);
  }

  /** As on a target: armed and denied when its copy ends, before its stream begins. */
  @Test
  void aDenialFromBeforeTheStreamIsKnown() {
    deny();
    start("stop");
    assertThat(rig.replay().cuts().get(0).denied()).isTrue();
    smuggle(3);
    rig.awaitMarker();
    assertThat(rig.replay().cuts()).anyMatch(Cut::bypassed);
  }

  /** A session that sets what appliers set passes the triggers. */
  private void smuggle(int id) {
    rig.execute("SET @sluice_applier = 1", "INSERT INTO customer VALUES (" + id + ", " + id + ")");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TRUNCATE customer",
        "ALTER TABLE customer DROP PARTITION low",
        "RENAME TABLE customer TO renamed",
        "DROP TABLE customer"
      })
  void ddlBehindTheDenialStopsTheStream(String statement) {
    start("ignore");
    deny();
    rig.execute(statement);
    Throwable failure = running.awaitFailure(LONG);
    assertThat(failure)
        .isInstanceOfSatisfying(
            SluiceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.FENCE_BYPASSED);
              assertThat(e).hasMessageContaining("customer");
            });
    rig.execute("DROP TABLE IF EXISTS renamed");
  }

  /** It is never run on the side that has the traffic. */
  @Test
  void ddlBehindTheDenialIsNotRunOnTheOtherSide() {
    start("exec");
    deny();
    rig.execute("ALTER TABLE customer ADD COLUMN x INT");
    rig.awaitMarker();
    assertThat(rig.replay().cuts().stream().flatMap(cut -> cut.ddl().stream()))
        .extracting(DdlStatement::action)
        .containsExactly(DdlStatement.Action.CHECK);
  }

  /** As operators prepare the side without the traffic for columns to come. */
  @Test
  void columnsAndIndexesPassAsThePolicySays() {
    start("ignore");
    deny();
    rig.execute(
        "ALTER TABLE customer ADD COLUMN x INT DEFAULT 7", "CREATE INDEX by_n ON customer (n)");
    rig.awaitMarker();
    fence.allow(1, "", Duration.ofSeconds(1));
    rig.execute("INSERT INTO customer VALUES (3, 3, 8)");
    rig.awaitMarker();
    assertThat(rig.replay().rows("customer")).containsEntry("3|", "3|3|8|");
  }

  /** A counter may have to be raised so, for the side that is about to get the traffic. */
  @Test
  void aCounterThatIsRaisedByStatementPassesWhateverThePolicySays() {
    start("stop");
    deny();
    rig.execute("ALTER TABLE customer AUTO_INCREMENT = 4711, ALGORITHM = INPLACE");
    rig.awaitMarker();
    assertThat(rig.replay().cuts().stream().flatMap(cut -> cut.ddl().stream()))
        .extracting(DdlStatement::action)
        .containsExactly(DdlStatement.Action.CHECK);
  }
}
