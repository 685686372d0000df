package dev.sluice.tests.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.mysql.fence.Fence;
import dev.sluice.mysql.fence.FenceKind;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.StackScope;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A denied fence that sessions hold on to, and that has to be opened all the same. */
@Tag("fence")
@ExtendWith(SharedStack.class)
class HeldFenceTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration GRACE = Duration.ofMillis(200);

  private static final String LOCK_TIMEOUTS =
      "SELECT SUM_ERROR_RAISED FROM performance_schema.events_errors_summary_global_by_error"
          + " WHERE ERROR_NUMBER = 1205";

  private FenceRig rig;

  @BeforeEach
  void open(StackScope scope) throws SQLException {
    rig = new FenceRig(scope, FenceKind.TRIGGERS);
  }

  @AfterEach
  void close() throws SQLException {
    rig.close();
  }

  private Fence armed() {
    Fence fence = rig.fence();
    fence.raiseEpoch(5);
    fence.arm(5, LIMIT);
    return fence;
  }

  private static void denied(Connection connection, String sql) {
    assertThatThrownBy(() -> FenceRig.update(connection, sql)).hasMessageContaining("are denied");
  }

  /** Writers that are denied again and again in their transactions use up every connection. */
  @Test
  void aServerWithOneConnectionLeftIsOpenedOverSessionsThatHoldOn() throws Exception {
    Fence fence = armed();
    fence.deny(5, "", LIMIT);
    fence.close();
    Connection stubborn = rig.app();
    stubborn.setAutoCommit(false);
    denied(stubborn, "INSERT INTO t VALUES (1, 'a')");
    Fence young = rig.fence();
    young.raiseEpoch(6);
    String before = rig.text("SELECT @@GLOBAL.max_connections");
    try (Connection admin = rig.server().connectAsAdmin(rig.schema())) {
      // the last one is an administrator's, too
      FenceRig.update(
          admin,
          "SET GLOBAL max_connections = "
              + Queries.text(
                      admin,
                      "SELECT VARIABLE_VALUE FROM performance_schema.global_status WHERE"
                          + " VARIABLE_NAME = 'Threads_connected'")
                  .orElseThrow());
      List<Connection> all = new ArrayList<>();
      try {
        useUp(all);

        long start = System.nanoTime();
        young.allow(6, "", GRACE);

        System.out.println(
            "TRIGGERS: opened over one connection in "
                + (System.nanoTime() - start) / 1_000_000
                + " ms");
        assertThat(young.denies()).isFalse();
        FenceRig.update(admin, "INSERT INTO t VALUES (2, 'b')");
      } finally {
        FenceRig.update(admin, "SET GLOBAL max_connections = " + before);
        for (Connection one : all) {
          one.abort(Runnable::run);
        }
      }
    }
    assertThat(rig.text("SELECT GROUP_CONCAT(id) FROM t")).isEqualTo("2");
    assertThatThrownBy(() -> FenceRig.update(stubborn, "INSERT INTO other VALUES (2)"))
        .isInstanceOf(SQLException.class);
  }

  private void useUp(List<Connection> all) {
    for (boolean asAdmin : new boolean[] {false, true}) {
      assertThatThrownBy(
              () -> {
                while (all.size() < 1_000) {
                  all.add(asAdmin ? rig.server().connectAsAdmin(rig.schema()) : rig.app());
                }
              })
          .hasMessageContaining("Too many connections");
    }
  }

  /**
   * One that ends later than the server waits for a lock by itself, since what it did has to be
   * rolled back, is waited for all the same.
   */
  @Test
  void aSessionThatTakesItsTimeToEndIsWaitedFor() throws Exception {
    Fence fence = armed();
    try (Connection slow = rig.server().connectAsAdmin(rig.schema())) {
      slow.setAutoCommit(false);
      fence.deny(5, "", LIMIT);
      denied(slow, "INSERT INTO t VALUES (1, 'a')");
      String before = rig.text(LOCK_TIMEOUTS);
      CompletableFuture<Void> allowed = CompletableFuture.runAsync(() -> fence.allow(5, "", GRACE));
      // after whole seconds the server ends the fence's waiting
      Awaitility.await()
          .atMost(LIMIT)
          .until(() -> allowed.isDone() || !rig.text(LOCK_TIMEOUTS).equals(before));
      assertThat(allowed).isNotDone();
      slow.rollback();
      allowed.join();
    }
    FenceRig.update(rig.app(), "INSERT INTO t VALUES (2, 'b')");
  }
}
