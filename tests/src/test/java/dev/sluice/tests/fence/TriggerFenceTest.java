package dev.sluice.tests.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.mysql.fence.Fence;
import dev.sluice.mysql.fence.FenceKind;
import dev.sluice.mysql.fence.OpenTransactions;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The fence of triggers. */
class TriggerFenceTest extends FenceContract {

  private static final String KILLS_REFUSED =
      "SELECT SUM_ERROR_RAISED FROM performance_schema.events_errors_summary_global_by_error"
          + " WHERE ERROR_NUMBER = 1095";

  @Override
  FenceKind kind() {
    return FenceKind.TRIGGERS;
  }

  @Override
  void assertDenied(SQLException error, String table) {
    assertThat(error.getErrorCode()).isEqualTo(1644);
    assertThat(error.getSQLState()).isEqualTo("45000");
    assertThat(error.getMessage())
        .isEqualTo(
            "sluice: writes to "
                + rig().schema()
                + "."
                + table
                + " are denied (workflow "
                + rig().workflow()
                + ")");
  }

  /** A writer's open transaction is waited for, to the limit; then writers go on as before. */
  @Test
  void aTransactionThatDoesNotEndMakesTheFenceGiveUp() throws Exception {
    Fence fence = armed();
    Connection slow = rig().app();
    slow.setAutoCommit(false);
    FenceRig.update(slow, "INSERT INTO t VALUES (1, 'slow')");

    long start = System.nanoTime();
    assertThatThrownBy(() -> fence.deny(5, "", Duration.ofMillis(300)))
        .isInstanceOfSatisfying(
            SluiceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.MYSQL_CONTENTION);
              assertThat(e.getMessage()).contains(FenceRig.APP).contains("300 ms");
            });
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    assertThat(fence.state().denied()).isFalse();
    FenceRig.update(rig().app(), "INSERT INTO t VALUES (2, 'other')");
    FenceRig.update(slow, "INSERT INTO t VALUES (3, 'slow')");
    slow.commit();
    assertThat(rig().count("t")).isEqualTo(3);

    Connection waited = rig().app();
    waited.setAutoCommit(false);
    FenceRig.update(waited, "INSERT INTO t VALUES (4, 'waited for')");
    CompletableFuture<String> denial =
        CompletableFuture.supplyAsync(() -> fence.deny(5, "", LIMIT));
    awaitWaiting();
    waited.commit();
    denial.get(20, TimeUnit.SECONDS);
    assertThat(rig().count("t")).isEqualTo(4);
    denied(rig().app(), "INSERT INTO t VALUES (5, 'late')");
  }

  /**
   * The server cannot show its list of transactions while one of them runs a statement with a
   * character of four bytes.
   */
  @Test
  void aStatementThatTheServerCannotShowHidesNoTransaction() throws Exception {
    Fence fence = armed();
    Connection slow = rig().app();
    slow.setAutoCommit(false);
    FenceRig.update(slow, "INSERT INTO t VALUES (1, 'slow')");
    String session = Queries.text(slow, "SELECT CONNECTION_ID()").orElseThrow();
    CompletableFuture<Void> running =
        CompletableFuture.runAsync(
            () -> {
              try {
                FenceRig.update(
                    slow, "UPDATE t SET v = '\uD83D\uDE80' WHERE id = 1 AND SLEEP(60) = 0");
              } catch (SQLException e) {
                throw new java.util.concurrent.CompletionException(e);
              }
            });
    try (Connection sluice =
        new MySqlSessions("test").open(rig().endpoint(), SessionProfile.CONTROL)) {
      Awaitility.await().atMost(LIMIT).until(() -> !showsTransactions());

      assertThat(OpenTransactions.find(sluice, "here", Duration.ofDays(1), 1)).isEmpty();
      assertThat(OpenTransactions.find(sluice, "here", Duration.ZERO, 1))
          .singleElement()
          .asString()
          .contains(FenceRig.APP)
          .contains("locked rows");
      assertThatThrownBy(() -> fence.deny(5, "", Duration.ofMillis(300)))
          .isInstanceOfSatisfying(
              SluiceException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.MYSQL_CONTENTION);
                assertThat(e.getMessage()).contains(FenceRig.APP).contains("open for");
              });
    } finally {
      rig().execute("KILL " + session);
    }
    assertThatThrownBy(running::join).hasCauseInstanceOf(SQLException.class);
  }

  private boolean showsTransactions() {
    try {
      rig().text("SELECT COUNT(*) FROM information_schema.INNODB_TRX");
      return true;
    } catch (RuntimeException | SQLException e) {
      assertThat(e).hasStackTraceContaining("Cannot convert string");
      return false;
    }
  }

  private void awaitWaiting() {
    Awaitility.await()
        .atMost(LIMIT)
        .until(
            () ->
                rig()
                    .text(
                        "SELECT COUNT(*) FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK"
                            + " WAIT' AND trx_query LIKE '%fence%'")
                    .equals("1"));
  }

  /** The old controller's denial still waits for a writer when the new one takes over. */
  @Test
  void aTakeoverEndsADenialUnderWay() throws Exception {
    Fence old = armed();
    Connection slow = rig().app();
    slow.setAutoCommit(false);
    FenceRig.update(slow, "INSERT INTO t VALUES (1, 'slow')");
    CompletableFuture<String> denial = CompletableFuture.supplyAsync(() -> old.deny(5, "", LIMIT));
    awaitWaiting();
    Fence young = rig().fenceFromElsewhere();

    young.raiseEpoch(6);

    assertThatThrownBy(() -> denial.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
        .hasCauseInstanceOf(SluiceException.class);
    FenceRig.update(slow, "INSERT INTO t VALUES (2, 'goes on')");
    slow.commit();
    FenceRig.update(rig().app(), "INSERT INTO t VALUES (3, 'too')");
    assertThat(young.state().denied()).isFalse();
    fenced(() -> old.deny(5, "", LIMIT));
    young.deny(6, "", LIMIT);
    assertThat(rig().count("t")).isEqualTo(3);
  }

  /** A denied session has changed nothing in a moved table: it may be ended. */
  @Test
  void theStubbornSessionIsEndedAndOnlyThat() throws SQLException {
    Fence fence = armed();
    Connection stubborn = rig().app();
    stubborn.setAutoCommit(false);
    Connection reader = rig().app();
    reader.setAutoCommit(false);
    FenceRig.update(reader, "INSERT INTO other VALUES (1)");
    fence.deny(5, "", LIMIT);
    denied(stubborn, "INSERT INTO t VALUES (1, 'a')");

    fence.allow(5, "", GRACE);

    assertThatThrownBy(() -> FenceRig.update(stubborn, "INSERT INTO other VALUES (2)"))
        .isInstanceOf(SQLException.class);
    reader.commit();
    assertThat(rig().count("other")).isEqualTo(1);
  }

  /** An administrator's session may not be ended: the fence opens when its transaction ends. */
  @Test
  void aStubbornSessionThatMayNotBeEndedIsWaitedFor() throws Exception {
    Fence fence = armed();
    try (Connection stubborn = rig().server().connectAsAdmin(rig().schema())) {
      stubborn.setAutoCommit(false);
      fence.deny(5, "", LIMIT);
      denied(stubborn, "INSERT INTO t VALUES (1, 'a')");
      String before = rig().text(KILLS_REFUSED);

      CompletableFuture<Void> allowed = CompletableFuture.runAsync(() -> fence.allow(5, "", GRACE));
      Awaitility.await()
          .atMost(LIMIT)
          .until(() -> allowed.isDone() || !rig().text(KILLS_REFUSED).equals(before));
      assertThat(allowed).isNotDone();
      stubborn.rollback();

      allowed.join();
    }
    FenceRig.update(rig().app(), "INSERT INTO t VALUES (2, 'b')");
    assertThat(rig().text("SELECT GROUP_CONCAT(id) FROM t")).isEqualTo("2");
  }

  /** Nobody waits behind the creation of triggers for longer than its lock timeout. */
  @Test
  void armingDoesNotStopWritersBehindALongTransaction() throws Exception {
    Connection slow = rig().app();
    slow.setAutoCommit(false);
    FenceRig.update(slow, "INSERT INTO t VALUES (1, 'slow')");
    Fence fence = rig().fence();
    fence.raiseEpoch(5);
    CompletableFuture<Void> arming =
        CompletableFuture.runAsync(() -> fence.arm(5, Duration.ofSeconds(30)));
    Connection app = rig().app();
    long longest = 0;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
    while (System.nanoTime() < end) {
      long start = System.nanoTime();
      FenceRig.update(app, "INSERT INTO t (v) VALUES ('app')");
      longest = Math.max(longest, System.nanoTime() - start);
    }
    assertThat(arming).isNotDone();
    System.out.println("TRIGGERS: longest wait behind arming " + longest / 1_000_000 + " ms");
    // a second, and what a busy machine adds; who waits for the arming itself waits half a minute
    assertThat(Duration.ofNanos(longest)).isLessThan(Duration.ofSeconds(6));
    slow.commit();
    arming.get(30, TimeUnit.SECONDS);
    assertThat(fence.state().armed()).isTrue();
  }

  @Test
  void aHundredTablesAreDeniedInOneStep() throws SQLException {
    List<String> tables = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      tables.add("t" + i);
      rig().execute("CREATE TABLE t" + i + " (id INT PRIMARY KEY)");
    }
    Fence fence = rig().fence(tables);
    fence.raiseEpoch(5);
    long start = System.nanoTime();
    fence.arm(5, Duration.ofMinutes(2));
    long armed = System.nanoTime();
    fence.deny(5, "", LIMIT);
    long denied = System.nanoTime();
    System.out.println(
        "TRIGGERS: 100 tables armed in "
            + (armed - start) / 1_000_000
            + " ms, denied in "
            + (denied - armed) / 1_000_000
            + " ms");
    Connection app = rig().app();
    for (String table : tables) {
      assertThatThrownBy(() -> FenceRig.update(app, "INSERT INTO " + table + " VALUES (1)"))
          .isInstanceOfSatisfying(SQLException.class, e -> assertDenied(e, table));
    }
    assertThat(fence.state().armed()).isTrue();
    fence.remove(5, Duration.ofMinutes(2));
  }

  /** MySQL takes 128 characters: the table's name is cut from its left. */
  @Test
  void longAndOddNames() throws SQLException {
    String odd = "it's a `table` \\ with \"quotes\" and ümläuts";
    String longest = "l" + "o".repeat(62) + "g";
    rig()
        .execute(
            "CREATE TABLE `" + odd.replace("`", "``") + "` (id INT PRIMARY KEY)",
            "CREATE TABLE `" + longest + "` (id INT PRIMARY KEY)");
    Fence fence = rig().fence(List.of(odd, longest));
    fence.raiseEpoch(1);
    fence.arm(1, LIMIT);
    assertThat(fence.state().armed()).isTrue();
    fence.deny(1, "it's \\ 'quoted'", LIMIT);
    Connection app = rig().app();
    assertThatThrownBy(
            () -> FenceRig.update(app, "INSERT INTO `" + odd.replace("`", "``") + "` VALUES (1)"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(1644));
    assertThatThrownBy(() -> FenceRig.update(app, "INSERT INTO `" + longest + "` VALUES (1)"))
        .isInstanceOfSatisfying(
            SQLException.class,
            e -> {
              String head = "sluice: writes to " + rig().schema() + ".";
              String tail = "oog are denied (workflow " + rig().workflow() + ")";
              assertThat(e.getMessage()).hasSize(128).startsWith(head).endsWith(tail);
            });
  }

  /** The tables may have been renamed, as `complete --rename-tables` does. */
  @Test
  void removalFindsTriggersOfRenamedTables() throws SQLException {
    Fence fence = armed();
    fence.deny(5, "", LIMIT);
    rig().execute("RENAME TABLE t TO _t_old");
    fence.remove(5, LIMIT);
    FenceRig.update(rig().app(), "INSERT INTO _t_old VALUES (1, 'a')");
  }
}
