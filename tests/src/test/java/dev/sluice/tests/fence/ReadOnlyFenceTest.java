package dev.sluice.tests.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.mysql.fence.Fence;
import dev.sluice.mysql.fence.FenceKind;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The fence of {@code read_only}. */
class ReadOnlyFenceTest extends FenceContract {

  @Override
  FenceKind kind() {
    return FenceKind.READ_ONLY;
  }

  @Override
  void assertDenied(SQLException error, String table) {
    assertThat(error.getErrorCode()).isEqualTo(1290);
    assertThat(error.getMessage()).contains("read-only");
  }

  /** It is neither waited for nor accepted. */
  @Test
  void aTransactionThatIsOpenCannotCommit() throws SQLException {
    Fence fence = armed();
    Connection open = rig().app();
    open.setAutoCommit(false);
    FenceRig.update(open, "INSERT INTO t VALUES (1, 'a')");

    fence.deny(5, "", LIMIT);

    assertThatThrownBy(open::commit)
        .isInstanceOfSatisfying(SQLException.class, e -> assertDenied(e, "t"));
    fence.allow(5, "", GRACE);
    assertThat(rig().count("t")).isZero();
  }

  /** A statement that runs is waited for; when it does not end, everything is as before. */
  @Test
  void aStatementThatDoesNotEndMakesTheFenceGiveUp() throws Exception {
    rig().execute("INSERT INTO t VALUES (1, 'a')");
    Fence fence = armed();
    Connection holder = rig().app();
    holder.setAutoCommit(false);
    FenceRig.update(holder, "UPDATE t SET v = 'held'");
    Connection waiting = rig().app();
    Thread statement =
        new Thread(
            () -> {
              try {
                FenceRig.update(waiting, "UPDATE t SET v = 'waits for the row'");
              } catch (SQLException e) {
                throw new AssertionError(e);
              }
            });
    statement.start();
    org.awaitility.Awaitility.await()
        .atMost(LIMIT)
        .until(
            () ->
                rig()
                    .text(
                        "SELECT COUNT(*) FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK"
                            + " WAIT'")
                    .equals("1"));

    assertThatThrownBy(() -> fence.deny(5, "", Duration.ofMillis(300)))
        .isInstanceOfSatisfying(
            SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MYSQL_CONTENTION));

    assertThat(rig().text("SELECT @@GLOBAL.read_only")).isEqualTo("0");
    assertThat(fence.state().denied()).isFalse();
    holder.commit();
    statement.join(10_000);
    assertThat(rig().text("SELECT v FROM t")).isEqualTo("waits for the row");
  }

  /** A proxy or a failover tool takes it for a fault and cures it. */
  @Test
  void aReadOnlyThatSomebodyTurnsOffIsSeen() throws SQLException {
    Fence fence = armed();
    fence.deny(5, "", LIMIT);
    assertThat(fence.denies()).isTrue();

    rig().execute("SET GLOBAL read_only = OFF");

    assertThat(fence.denies()).isFalse();
  }

  @Test
  void aReadOnlyOfSomebodyElseIsNotTouched() throws SQLException {
    Fence fence = armed();
    rig().execute("SET GLOBAL read_only = ON");
    assertThatThrownBy(() -> fence.deny(5, "", LIMIT))
        .isInstanceOfSatisfying(
            SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MYSQL_READ_ONLY));
    fence.allow(5, "", GRACE);
    assertThat(rig().text("SELECT @@GLOBAL.read_only")).isEqualTo("1");
    assertThat(fence.state().denied()).isFalse();
  }
}
