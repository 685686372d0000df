package dev.sluice.tests.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.mysql.fence.Fence;
import dev.sluice.mysql.fence.FenceKind;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.StackScope;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A fence whose row says that writes are denied while something is gone that denies them. */
@Tag("fence")
@ExtendWith(SharedStack.class)
class SlippedFenceTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  /** As a restore, or a failover, does. */
  private static void slip(FenceRig rig, FenceKind kind) throws SQLException {
    if (kind == FenceKind.READ_ONLY) {
      rig.execute("SET GLOBAL read_only = OFF");
      return;
    }
    String trigger =
        rig.text(
            "SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = '"
                + rig.schema()
                + "' AND EVENT_MANIPULATION = 'INSERT'");
    rig.execute("DROP TRIGGER `" + trigger + "`");
  }

  private static void denied(FenceRig rig, String sql) {
    assertThatThrownBy(() -> FenceRig.update(rig.app(), sql))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getErrorCode()).isIn(1644, 1290));
  }

  @ParameterizedTest
  @EnumSource(FenceKind.class)
  void whatDeniesWritesIsPutBack(FenceKind kind, StackScope scope) throws SQLException {
    try (FenceRig rig = new FenceRig(scope, kind)) {
      Fence fence = rig.fence();
      fence.raiseEpoch(5);
      fence.arm(5, LIMIT);
      assertThat(fence.slipped()).isFalse();
      String token = fence.deny(5, "", LIMIT);
      assertThat(fence.slipped()).isFalse();
      slip(rig, kind);
      FenceRig.update(rig.app(), "INSERT INTO t VALUES (1, 'a')");
      assertThat(fence.slipped()).isTrue();
      assertThat(fence.state().armed() && fence.state().denied()).isFalse();
      Fence young = rig.fence();
      young.raiseEpoch(6);
      FenceContract.fenced(() -> fence.mend(5, LIMIT));

      young.mend(6, LIMIT);

      denied(rig, "INSERT INTO t VALUES (2, 'b')");
      assertThat(young.slipped()).isFalse();
      assertThat(young.state().armed() && young.state().denied()).isTrue();
      assertThat(young.state().token()).contains(token);
      assertThat(rig.text("SELECT GROUP_CONCAT(id) FROM t")).isEqualTo("1");
    }
  }

  /** That was a decision. */
  @ParameterizedTest
  @EnumSource(FenceKind.class)
  void whatSomebodyHasOpenedByHandStaysOpen(FenceKind kind, StackScope scope) throws SQLException {
    try (FenceRig rig = new FenceRig(scope, kind)) {
      Fence fence = rig.fence();
      fence.raiseEpoch(5);
      fence.arm(5, LIMIT);
      fence.deny(5, "", LIMIT);
      rig.execute("UPDATE _sluice.fence SET denied = 0 WHERE id = '" + rig.id().gate() + "'");
      slip(rig, kind);
      assertThat(fence.slipped()).isFalse();

      fence.mend(5, LIMIT);

      FenceRig.update(rig.app(), "INSERT INTO t VALUES (3, 'c')");
      // and denies again when somebody says so, by hand as well
      rig.execute("UPDATE _sluice.fence SET denied = 1 WHERE id = '" + rig.id().gate() + "'");
      assertThat(fence.slipped()).isTrue();
      fence.mend(5, LIMIT);
      denied(rig, "INSERT INTO t VALUES (4, 'd')");
    }
  }
}
