package dev.sluice.tests.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.mysql.gtid.GtidSet;
import dev.sluice.mysql.gtid.GtidWaiter;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sidecar.Checkpoint;
import dev.sluice.mysql.sidecar.Checkpoints;
import dev.sluice.mysql.sidecar.Heartbeats;
import dev.sluice.mysql.sidecar.Markers;
import dev.sluice.mysql.sidecar.Sidecar;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.workflow.ApplierId;
import dev.sluice.schemas.workflow.Direction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("mysql")
@ExtendWith(MySqlExtension.class)
class CheckpointsTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Instant TIME = Instant.parse("2026-11-20T10:11:12.345678Z");

  private final ApplierId applier =
      new ApplierId("move", UUID.randomUUID().toString(), Direction.FORWARD, "-80", 0);
  private final Checkpoints checkpoints = new Checkpoints(Sidecar.DEFAULT_SCHEMA);

  @BeforeEach
  void createSidecar(TestServer server) throws SQLException {
    try (Connection connection = server.connect(SessionProfile.CONTROL)) {
      new Sidecar(Sidecar.DEFAULT_SCHEMA).ensure(connection);
    }
  }

  private Connection applierSession(TestServer server) {
    return applierSession(server.endpoint());
  }

  private Connection applierSession(Endpoint endpoint) {
    return new MySqlSessions("t")
        .open(endpoint, SessionProfile.APPLIER, Checkpoints.programName(applier));
  }

  /** As the server sees an applier on another machine. */
  private Connection sessionFromElsewhere(TestServer server) {
    Endpoint here = server.endpoint();
    return applierSession(
        new Endpoint(
            here.host(),
            here.port(),
            here.user(),
            here.password(),
            here.schema(),
            Map.of("localSocketAddress", "127.0.0.2")));
  }

  private static Checkpoint.Progress progress(long cut) {
    return new Checkpoint.Progress(3, cut, cut * 10, Optional.of(TIME));
  }

  @Test
  void aSecondEnsureWritesNothing(TestServer server) throws SQLException {
    try (Connection connection = server.connect(SessionProfile.CONTROL)) {
      Sidecar sidecar = new Sidecar(Sidecar.DEFAULT_SCHEMA);
      GtidSet before = GtidWaiter.executed(connection);
      sidecar.ensure(connection);
      assertThat(GtidWaiter.executed(connection)).isEqualTo(before);
      assertThat(sidecar.exists(connection)).isTrue();
    }
  }

  @Test
  void theFirstOwnerStartsBeforeTheFirstCutAndAdvances(TestServer server) throws SQLException {
    try (Connection connection = applierSession(server)) {
      Checkpoint first = checkpoints.takeOver(connection, applier, "-", TIMEOUT);
      assertThat(first.cut()).isZero();
      assertThat(first.journalOffset()).isEqualTo(-1);
      assertThat(first.ownerEpoch()).isEqualTo(1);
      assertThat(first.connectionId()).isEqualTo(MySqlSessions.connectionId(connection));

      checkpoints.advance(connection, applier, "-", 1, progress(7));

      Checkpoint now = checkpoints.read(connection, applier, "-").orElseThrow();
      assertThat(now.cut()).isEqualTo(7);
      assertThat(now.journalOffset()).isEqualTo(70);
      assertThat(now.captureEpoch()).isEqualTo(3);
      assertThat(now.sourceTime()).contains(TIME);
      assertThat(now.txn()).isEqualTo(first.txn() + 1);
      assertThat(checkpoints.list(connection, applier.workflowUuid())).containsExactly(now);
      assertThat(checkpoints.delete(connection, applier.workflowUuid())).isOne();
      assertThat(checkpoints.read(connection, applier, "-")).isEmpty();
    }
  }

  @Test
  void aSuccessorEndsTheOldOwnersOpenTransaction(TestServer server) throws SQLException {
    server.execute("CREATE TABLE t (id INT PRIMARY KEY)");
    try (Connection zombie = sessionFromElsewhere(server);
        Connection successor = applierSession(server)) {
      long epoch = checkpoints.takeOver(zombie, applier, "-", TIMEOUT).ownerEpoch();
      zombie.setAutoCommit(false);
      checkpoints.advance(zombie, applier, "-", epoch, progress(1));
      Queries.update(zombie, "INSERT INTO t VALUES (1)");

      Checkpoint taken = checkpoints.takeOver(successor, applier, "-", TIMEOUT);

      assertThat(taken.ownerEpoch()).isEqualTo(epoch + 1);
      assertThat(taken.cut()).isZero();
      assertThatThrownBy(zombie::commit).isInstanceOf(SQLException.class);
      assertThat(Queries.text(successor, "SELECT COUNT(*) FROM t")).contains("0");
    }
  }

  @Test
  void theOldOwnerIsFencedOnANewConnection(TestServer server) throws SQLException {
    try (Connection old = applierSession(server);
        Connection successor = applierSession(server);
        Connection again = applierSession(server)) {
      long epoch = checkpoints.takeOver(old, applier, "-", TIMEOUT).ownerEpoch();
      checkpoints.takeOver(successor, applier, "-", TIMEOUT);

      assertThatThrownBy(() -> checkpoints.advance(again, applier, "-", epoch, progress(2)))
          .isInstanceOfSatisfying(
              SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FENCED));
    }
  }

  @Test
  void aSessionThatIsNoApplierOfThisUnitIsLeftAlone(TestServer server) throws SQLException {
    try (Connection bystander = server.connect(SessionProfile.CONTROL);
        Connection first = applierSession(server);
        Connection successor = applierSession(server)) {
      checkpoints.takeOver(first, applier, "-", TIMEOUT);
      long id = MySqlSessions.connectionId(bystander);
      Queries.update(
          bystander,
          "UPDATE _sluice.checkpoint SET connection_id = "
              + id
              + " WHERE workflow_uuid = '"
              + applier.workflowUuid()
              + "'");

      checkpoints.takeOver(successor, applier, "-", TIMEOUT);

      assertThat(Queries.text(bystander, "SELECT 1")).contains("1");
    }
  }

  @Test
  void aRowLockedByAStrangerIsABoundedWait(TestServer server) throws SQLException {
    try (Connection stranger = server.connect(SessionProfile.CONTROL);
        Connection owner = applierSession(server)) {
      checkpoints.takeOver(owner, applier, "-", TIMEOUT);
      stranger.setAutoCommit(false);
      Queries.update(
          stranger,
          "UPDATE _sluice.checkpoint SET txn = txn + 1 WHERE workflow_uuid = '"
              + applier.workflowUuid()
              + "'");

      assertThatThrownBy(() -> checkpoints.takeOver(owner, applier, "-", Duration.ofSeconds(1)))
          .isInstanceOfSatisfying(
              SluiceException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.MYSQL_CONTENTION));
      stranger.rollback();
      assertThat(checkpoints.takeOver(owner, applier, "-", TIMEOUT).ownerEpoch()).isEqualTo(2);
      assertThat(Queries.text(owner, "SELECT @@SESSION.innodb_lock_wait_timeout")).contains("10");
    }
  }

  @Test
  void ownDdlIsAnnouncedAndCleared(TestServer server) throws SQLException {
    try (Connection connection = applierSession(server)) {
      checkpoints.takeOver(connection, applier, "-", TIMEOUT);
      checkpoints.announceDdl(connection, applier, "-", 1, "token", "ALTER TABLE t ADD KEY (a)");
      Checkpoint announced = checkpoints.read(connection, applier, "-").orElseThrow();
      assertThat(announced.ddlToken()).contains("token");
      assertThat(announced.ddlStatement()).contains("ALTER TABLE t ADD KEY (a)");
      checkpoints.clearDdl(connection, applier, "-", 1);
      assertThat(checkpoints.read(connection, applier, "-").orElseThrow().ddlToken()).isEmpty();
    }
  }

  @Test
  void markersAndHeartbeatsAlwaysChangeARow(TestServer server) throws SQLException {
    Markers markers = new Markers(Sidecar.DEFAULT_SCHEMA);
    Heartbeats heartbeats = new Heartbeats(Sidecar.DEFAULT_SCHEMA);
    String id = applier.workflowUuid();
    try (Connection connection = server.connect(SessionProfile.CONTROL)) {
      assertThat(markers.write(connection, "move", "COPIED", id).token()).isEqualTo(id);
      assertThat(
              Queries.text(
                  connection, "SELECT kind FROM _sluice.marker WHERE token = '" + id + "'"))
          .contains("COPIED");
      assertThat(markers.prune(connection, Duration.ofDays(1))).isZero();
      String token = heartbeats.beat(connection, id);
      GtidSet before = GtidWaiter.executed(connection);
      String next = heartbeats.beat(connection, id);
      assertThat(next).isNotEqualTo(token);
      assertThat(GtidWaiter.executed(connection).count()).isGreaterThan(before.count());
      assertThat(heartbeats.read(connection, id).orElseThrow().token()).isEqualTo(next);
    }
  }
}
