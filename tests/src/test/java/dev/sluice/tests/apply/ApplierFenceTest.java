package dev.sluice.tests.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mysql.fence.FenceId;
import dev.sluice.mysql.fence.FenceSide;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.StackScope;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What bypassed the other side's fence is applied while nobody writes here, and not after. */
@Tag("fence")
@ExtendWith(SharedStack.class)
class ApplierFenceTest {

  @Test
  void rowsThatBypassedTheFenceDoNotReachTheSideWithTheTraffic(StackScope scope) {
    try (ApplyFixture fixture = new ApplyFixture(scope)) {
      fixture.table("t", "id INT PRIMARY KEY, v INT").topics();
      TestStream stream = fixture.stream(0);
      stream.create("t", 1L, 1L).consistent().cut();
      stream.bypassed(true).create("t", 2L, 2L).cut();
      String gate = new FenceId(fixture.applierId().workflowUuid(), FenceSide.TARGET, "-").gate();
      fixture.execute(
          "INSERT INTO _sluice.fence VALUES ('" + gate + "', 'w', 1, 1, 'token', '', NOW(6))");
      ApplyFixture.Running applier = fixture.start();
      stream.create("t", 3L, 3L).cut();
      fixture.awaitCut(3);
      fixture.execute("UPDATE _sluice.fence SET denied = 0 WHERE id = '" + gate + "'");
      long last = stream.bypassed(false).create("t", 4L, 4L).cut();
      fixture.awaitCut(last);
      applier.throwFailure();

      stream.bypassed(true).update("t", 1L, 99L).create("t", 5L, 5L).cut();

      SluiceException failure = applier.failure();
      assertThat(failure.code()).isEqualTo(ErrorCode.FENCE_BYPASSED);
      assertThat(failure).hasMessageContaining("cut 5");
      assertThat(fixture.appliedCut()).isEqualTo(last);
      assertThat(fixture.rows("SELECT id, v FROM t ORDER BY id"))
          .containsExactly("1|1", "2|2", "3|3", "4|4");
      fixture.execute("DELETE FROM _sluice.fence WHERE id = '" + gate + "'");
    }
  }

  /** No fence was ever armed here: this side has had the traffic all along. */
  @Test
  void whereThereIsNoFenceTheTrafficIsHere(StackScope scope) {
    try (ApplyFixture fixture = new ApplyFixture(scope)) {
      fixture.table("t", "id INT PRIMARY KEY, v INT").topics();
      TestStream stream = fixture.stream(0);
      stream.create("t", 1L, 1L).consistent().cut();
      stream.bypassed(true).create("t", 2L, 2L).cut();
      SluiceException failure = fixture.start().failure();
      assertThat(failure.code()).isEqualTo(ErrorCode.FENCE_BYPASSED);
      assertThat(fixture.rows("SELECT id FROM t")).containsExactly("1");
    }
  }
}
