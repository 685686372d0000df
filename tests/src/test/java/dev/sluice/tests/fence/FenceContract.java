package dev.sluice.tests.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.mysql.fence.Fence;
import dev.sluice.mysql.fence.FenceKind;
import dev.sluice.mysql.fence.FenceState;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.StackScope;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What every kind of fence promises, on a real server. */
@Tag("fence")
@ExtendWith(SharedStack.class)
abstract class FenceContract {

  static final Duration LIMIT = Duration.ofSeconds(20);
  static final Duration GRACE = Duration.ofMillis(200);

  private FenceRig rig;

  abstract FenceKind kind();

  /** What a denied writer gets. */
  abstract void assertDenied(SQLException error, String table);

  @BeforeEach
  void open(StackScope scope) throws SQLException {
    rig = new FenceRig(scope, kind());
  }

  @AfterEach
  void close() throws SQLException {
    rig.close();
  }

  FenceRig rig() {
    return rig;
  }

  Fence armed() {
    Fence fence = rig.fence();
    fence.raiseEpoch(5);
    fence.arm(5, LIMIT);
    return fence;
  }

  void denied(Connection connection, String sql) {
    try {
      FenceRig.update(connection, sql);
    } catch (SQLException e) {
      assertDenied(e, "t");
      return;
    }
    throw new AssertionError("was not denied: " + sql);
  }

  @Test
  void writesPassUntilTheyAreDeniedAndPassAgain() throws SQLException {
    Fence fence = armed();
    Connection app = rig.app();
    FenceRig.update(app, "INSERT INTO t VALUES (1, 'a')");
    assertThat(fence.state().armed()).isTrue();
    assertThat(fence.state().denied()).isFalse();

    String token = fence.deny(5, "a test", LIMIT);

    denied(app, "INSERT INTO t VALUES (2, 'b')");
    FenceState state = fence.state();
    assertThat(state.denied()).isTrue();
    assertThat(state.armed()).isTrue();
    assertThat(state.controllerEpoch()).isEqualTo(5);
    assertThat(state.token()).contains(token);
    assertThat(
            rig.text(
                "SELECT CONCAT(workflow, denied, reason) FROM _sluice.fence WHERE token = '"
                    + token
                    + "'"))
        .isEqualTo(rig.workflow() + "1a test");
    Connection applier = rig.applier();
    FenceRig.update(applier, "INSERT INTO t VALUES (3, 'c')");

    fence.allow(5, "the test is over", GRACE);

    FenceRig.update(app, "INSERT INTO t VALUES (4, 'd')");
    FenceRig.update(applier, "DELETE FROM t WHERE id = 1");
    assertThat(fence.state().denied()).isFalse();
    assertThat(rig.text("SELECT GROUP_CONCAT(id ORDER BY id) FROM t")).isEqualTo("3,4");
  }

  @Test
  void everyWayOfWritingIsDenied() throws SQLException {
    rig.execute("INSERT INTO t VALUES (1, 'a'), (2, 'b')", "INSERT INTO other VALUES (1)");
    Fence fence = armed();
    Connection app = rig.app();
    Connection snapshot = rig.app();
    snapshot.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    snapshot.setAutoCommit(false);
    try (Statement statement = snapshot.createStatement()) {
      statement.executeQuery("SELECT * FROM t").close();
    }
    fence.deny(5, "", LIMIT);

    denied(snapshot, "UPDATE t SET v = 'from an old snapshot'");
    snapshot.rollback();
    denied(app, "INSERT INTO t VALUES (3, 'c')");
    denied(app, "INSERT IGNORE INTO t VALUES (3, 'c')");
    denied(app, "REPLACE INTO t VALUES (1, 'z')");
    denied(app, "INSERT INTO t VALUES (1, 'z') ON DUPLICATE KEY UPDATE v = 'z'");
    denied(app, "INSERT INTO t SELECT id + 10, 'x' FROM other");
    denied(app, "UPDATE t SET v = 'z' WHERE id = 1");
    denied(app, "UPDATE IGNORE t SET v = 'z' WHERE id = 1");
    denied(app, "UPDATE t JOIN other USING (id) SET t.v = 'z'");
    denied(app, "DELETE FROM t WHERE id = 1");
    denied(app, "DELETE t FROM t JOIN other USING (id)");
    for (String how : List.of("", "IGNORE", "REPLACE")) {
      load(app, how);
    }
    assertThat(rig.text("SELECT GROUP_CONCAT(id, v ORDER BY id) FROM t")).isEqualTo("1a,2b");
  }

  private void load(Connection app, String how) throws SQLException {
    try (Statement statement = app.createStatement()) {
      statement
          .unwrap(com.mysql.cj.jdbc.JdbcStatement.class)
          .setLocalInfileInputStream(
              new ByteArrayInputStream("7\tx\n8\ty\n".getBytes(StandardCharsets.UTF_8)));
      assertThatThrownBy(
              () -> statement.executeUpdate("LOAD DATA LOCAL INFILE 'x' " + how + " INTO TABLE t"))
          .isInstanceOfSatisfying(SQLException.class, e -> assertDenied(e, "t"));
    }
  }

  /** Eight writers: what was accepted is there when deny returns, and nothing comes after it. */
  @Test
  void nothingIsAcceptedAfterTheDenial() throws Exception {
    Fence fence = armed();
    AtomicBoolean stop = new AtomicBoolean();
    AtomicLong acknowledged = new AtomicLong();
    AtomicLong refused = new AtomicLong();
    List<Throwable> wrong = new ArrayList<>();
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Connection app = rig.app();
      boolean transactions = i % 2 == 1;
      app.setAutoCommit(!transactions);
      Thread writer =
          new Thread(
              () -> write(app, transactions, stop, acknowledged, refused, wrong), "writer-" + i);
      writer.start();
      writers.add(writer);
    }
    for (int round = 0; round < 3; round++) {
      long before = acknowledged.get();
      Awaitility.await().atMost(LIMIT).until(() -> acknowledged.get() > before + 50);
      long start = System.nanoTime();
      fence.deny(5, "round " + round, LIMIT);
      long millis = (System.nanoTime() - start) / 1_000_000;
      long there = rig.count("t");
      long refusals = refused.get();
      Awaitility.await().atMost(LIMIT).until(() -> refused.get() > refusals + 100);
      assertThat(rig.count("t")).isEqualTo(there);
      // a writer whose commit is through may not have come to count it yet
      Awaitility.await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(acknowledged.get()).isEqualTo(there));
      System.out.println(kind() + ": 8 writers stopped in " + millis + " ms");
      fence.allow(5, "round " + round, GRACE);
    }
    stop.set(true);
    for (Thread writer : writers) {
      writer.join(10_000);
    }
    assertThat(wrong).isEmpty();
    assertThat(acknowledged.get()).isEqualTo(rig.count("t"));
  }

  private void write(
      Connection app,
      boolean transactions,
      AtomicBoolean stop,
      AtomicLong acknowledged,
      AtomicLong refused,
      List<Throwable> wrong) {
    try {
      while (!stop.get()) {
        try {
          int rows = FenceRig.update(app, "INSERT INTO t (v) VALUES ('w')");
          if (transactions) {
            rows += FenceRig.update(app, "INSERT INTO t (v) VALUES ('w')");
            app.commit();
          }
          acknowledged.addAndGet(rows);
        } catch (SQLException e) {
          assertDenied(e, "t");
          refused.incrementAndGet();
          if (transactions) {
            app.rollback();
          }
        }
      }
    } catch (SQLException | AssertionError e) {
      synchronized (wrong) {
        wrong.add(e);
      }
    }
  }

  @Test
  void theDenialSurvivesARestart() throws SQLException {
    Fence fence = armed();
    String token = fence.deny(5, "", LIMIT);

    rig.server().kill();
    rig.server().start();

    denied(rig.app(), "INSERT INTO t VALUES (1, 'a')");
    assertThat(fence.state().denied()).isTrue();
    assertThat(fence.state().token()).contains(token);
    fence.allow(5, "", GRACE);
    FenceRig.update(rig.app(), "INSERT INTO t VALUES (1, 'a')");
    rig.server().stop();
    rig.server().start();
    FenceRig.update(rig.app(), "INSERT INTO t VALUES (2, 'a')");
  }

  @Test
  void aControllerOfAnOlderEpochChangesNothing() throws SQLException {
    Fence old = armed();
    Fence young = rig.fence();
    young.raiseEpoch(6);
    FenceState before = young.state();

    fenced(() -> old.deny(5, "", LIMIT));
    fenced(() -> old.arm(5, LIMIT));
    fenced(() -> old.remove(5, LIMIT));
    fenced(() -> old.raiseEpoch(5));
    assertThat(young.state()).isEqualTo(before);
    FenceRig.update(rig.app(), "INSERT INTO t VALUES (1, 'a')");

    young.deny(6, "", LIMIT);
    fenced(() -> old.allow(5, "", GRACE));
    denied(rig.app(), "INSERT INTO t VALUES (2, 'a')");
    young.raiseEpoch(6);
    young.remove(6, LIMIT);
    fenced(() -> old.arm(5, LIMIT));
    // frozen since before it had ever come here
    Fence frozen = rig.fence();
    frozen.raiseEpoch(5);
    fenced(() -> frozen.arm(5, LIMIT));
    fenced(() -> frozen.deny(5, "", LIMIT));
    frozen.remove(5, LIMIT);
    young.remove(6, LIMIT);
    FenceRig.update(rig.app(), "INSERT INTO t VALUES (3, 'a')");
    nothingIsLeft();
  }

  /** One row says that it has ended. */
  private void nothingIsLeft() throws SQLException {
    assertThat(
            rig.text(
                "SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = '"
                    + rig.schema()
                    + "'"))
        .isEqualTo("0");
    assertThat(
            rig.text(
                "SELECT GROUP_CONCAT(id) FROM _sluice.fence WHERE id LIKE '"
                    + rig.id().workflowUuid()
                    + "%'"))
        .isEqualTo(rig.id().controller());
  }

  /**
   * Work without an epoch of its own: the next controller, on whichever machine, ends it; the last
   * one begins none.
   */
  @Test
  void workUnderTheGuardEndsWithItsController() throws Exception {
    Fence old = armed();
    old.exclusively(
        5, "make a table", connection -> FenceRig.update(connection, "CREATE TABLE g (i INT)"));
    assertThat(rig.count("g")).isZero();
    java.util.concurrent.CompletableFuture<Void> slow =
        java.util.concurrent.CompletableFuture.runAsync(
            () ->
                old.exclusively(
                    5,
                    "drop it late",
                    connection -> {
                      try (Statement statement = connection.createStatement()) {
                        statement.executeQuery("SELECT SLEEP(60) /* guarded */").close();
                        statement.execute("DROP TABLE g");
                      }
                    }));
    Awaitility.await()
        .atMost(LIMIT)
        .until(
            () ->
                !rig.text(
                        "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'SELECT"
                            + " SLEEP(60)%'")
                    .equals("0"));
    Fence young = rig.fenceFromElsewhere();
    young.raiseEpoch(6);
    assertThatThrownBy(slow::join).hasCauseInstanceOf(SluiceException.class);
    fenced(() -> old.exclusively(5, "drop it", c -> FenceRig.update(c, "DROP TABLE g")));
    assertThat(rig.count("g")).isZero();
  }

  static void fenced(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FENCED));
  }

  /** A server whose writers use up its connections keeps one for such a session. */
  @Test
  void oneConnectionIsEnoughToLetWritesPass() throws SQLException {
    Fence fence = armed();
    fence.deny(5, "", LIMIT);
    fence.close();
    Fence young = rig.fence();

    young.raiseEpoch(6);
    young.allow(6, "", GRACE);

    assertThat(young.denies()).isFalse();
    FenceRig.update(rig.app(), "INSERT INTO t VALUES (1, 'a')");
    // the server ends the sessions of a closed fence by and by
    Awaitility.await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(
                        rig.text(
                            "SELECT COUNT(*) FROM performance_schema.session_connect_attrs WHERE"
                                + " ATTR_NAME = 'program_name' AND ATTR_VALUE = 'sluice-fence "
                                + rig.id()
                                + "'"))
                    .isEqualTo("1"));
  }

  /** Denied, and still in its transaction: neither the undo nor a takeover waits for it. */
  @Test
  void aDeniedWriterThatStaysInItsTransactionIsInNobodysWay() throws SQLException {
    Fence fence = armed();
    Connection stubborn = rig.app();
    stubborn.setAutoCommit(false);
    fence.deny(5, "", LIMIT);
    denied(stubborn, "INSERT INTO t VALUES (1, 'a')");

    Fence young = rig.fence();
    long start = System.nanoTime();
    young.raiseEpoch(6);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT);
    young.allow(6, "", GRACE);

    FenceRig.update(rig.app(), "INSERT INTO t VALUES (2, 'b')");
    assertThat(rig.text("SELECT GROUP_CONCAT(id) FROM t")).isEqualTo("2");
  }

  @Test
  void removalLeavesNothing() throws SQLException {
    Fence fence = armed();
    fence.deny(5, "", LIMIT);
    Connection stubborn = rig.app();
    stubborn.setAutoCommit(false);
    denied(stubborn, "INSERT INTO t VALUES (1, 'a')");

    fence.remove(5, LIMIT);

    nothingIsLeft();
    assertThat(rig.text("SELECT @@GLOBAL.read_only")).isEqualTo("0");
    assertThat(rig.text("SELECT COUNT(*) FROM performance_schema.persisted_variables"))
        .isEqualTo("0");
    FenceRig.update(rig.app(), "INSERT INTO t VALUES (2, 'b')");
    fence.remove(5, LIMIT);
  }
}
