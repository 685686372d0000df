package dev.sluice.server.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.status.StreamStatus;
import dev.sluice.schemas.status.UnitStatus;
import dev.sluice.schemas.work.WorkUnit;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowSpec;
import dev.sluice.schemas.workflow.WorkflowState;
import dev.sluice.server.Role;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Lag is what a switch and a throttle decide by: a unit that does not work must not show none. */
class LagOfDeadUnitsTest {

  private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private final UnitKey key = new UnitKey(Role.CAPTURE, "m", "u", Direction.FORWARD, "-", 0);
  private final BlockingQueue<Object> orders = new LinkedBlockingQueue<>();
  private volatile Consumer<StreamStatus> unit;
  private volatile UnitStatus published;
  private final SupervisedUnit supervised =
      new SupervisedUnit(
          key,
          (k, record, stream, applier) -> {
            unit = stream;
            return new OrderedUnit();
          },
          (k, status, mark, generation) -> published = (UnitStatus) status,
          () -> {},
          clock);

  /** Does what the test orders: fails with it, or ends. */
  private final class OrderedUnit implements WorkUnit {
    @Override
    public void run() throws InterruptedException {
      if (orders.take() instanceof SluiceException failure) {
        throw failure;
      }
    }

    @Override
    public void stop() {
      orders.add("stop");
    }
  }

  private void says(String state, double lag) {
    unit.accept(
        StreamStatus.silent(key.stream())
            .in(new UnitStatus.Condition(state, state, now, null, null, now, lag)));
  }

  private void reconcile(long generation) {
    MovePlan plan = new MovePlan(List.of("-"), List.of("-"), List.of());
    WorkflowSpec spec =
        new WorkflowSpec("m", "a", "b", List.of("t"), false, List.of(), Map.of(), null);
    supervised.reconcile(
        new WorkflowRecord(
            "u",
            spec,
            WorkflowState.COPYING,
            null,
            Instant.EPOCH,
            List.of(),
            generation,
            plan,
            null),
        true);
  }

  private void later(long seconds) {
    now = now.plusSeconds(seconds);
  }

  @Test
  void itGrowsWhileTheUnitIsRetriedBeginsAnewOrHasFailed() {
    reconcile(1);
    says("streaming", 2.0);
    assertThat(published.lagSeconds()).isEqualTo(2.0);

    later(60);
    orders.add(new SluiceException(ErrorCode.MYSQL_UNAVAILABLE, "gone", "none"));
    await().until(() -> published.state().equals("retrying"));
    assertThat(published.lagSeconds()).isEqualTo(62.0);

    later(60);
    reconcile(1);
    says("starting", 0);
    assertThat(published.lagSeconds()).isEqualTo(122.0);

    later(60);
    orders.add(new SluiceException(ErrorCode.BINLOG_PURGED, "gone for good", "copy again"));
    await().until(() -> published.state().equals("error"));
    later(3_600);
    reconcile(1);
    assertThat(published.lagSeconds()).isEqualTo(3_782.0);

    reconcile(2);
    says("streaming", 0.5);
    assertThat(published.lagSeconds()).isEqualTo(0.5);
    supervised.askStop();
  }
}
