package dev.sluice.server.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.status.StreamStatus;
import dev.sluice.schemas.work.WorkUnit;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowSpec;
import dev.sluice.schemas.workflow.WorkflowState;
import dev.sluice.server.Role;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UnitSupervisorTest {

  private static final Set<Integer> ALL =
      IntStream.range(0, 64).boxed().collect(Collectors.toSet());

  private record Said(String state, long generation) {}

  private final AtomicInteger made = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private final List<Said> said = new CopyOnWriteArrayList<>();
  private volatile WorkflowRecord record = record(WorkflowState.COPYING, 1);
  private volatile RuntimeException failure;
  private final UnitSupervisor supervisor =
      new UnitSupervisor(
          Role.CAPTURE,
          (key, workflow, stream, applier) -> new FakeUnit(),
          () -> List.of(record),
          (key, status, mark, generation) ->
              said.add(new Said(((StreamStatus) status).state(), generation)),
          Clock.systemUTC());

  @AfterEach
  void close() {
    supervisor.close();
    assertThat(running).hasValue(0);
  }

  private static WorkflowRecord record(WorkflowState state, long generation) {
    WorkflowSpec spec =
        new WorkflowSpec("m", "a", "b", List.of("t"), false, List.of(), Map.of(), null);
    MovePlan plan = new MovePlan(List.of("-80", "80-"), List.of("-"), List.of());
    return new WorkflowRecord(
        "u", spec, state, null, Instant.EPOCH, List.of(), generation, plan, null);
  }

  private void awaitRunning(int count) {
    await().until(() -> running.get() == count);
  }

  @Test
  void runsTheUnitsItOwnsAndStopsThemWithTheRecord() {
    supervisor.start();
    supervisor.reconcile();
    assertThat(made).hasValue(0);

    supervisor.assigned(ALL);
    awaitRunning(2);

    record = record(WorkflowState.STOPPED, 2);
    awaitRunning(0);
    await().until(() -> said.contains(new Said("stopped", 2)));
  }

  @Test
  void unitsHaveEndedWhenTheirPartitionIsGivenUp() {
    supervisor.start();
    supervisor.assigned(ALL);
    awaitRunning(2);

    supervisor.revoked(ALL);

    assertThat(running).hasValue(0);
  }

  @Test
  void aRetryableFailureIsTriedAgain() {
    failure = new SluiceException(ErrorCode.STREAM_BROKEN, "broken", "none");
    supervisor.start();
    supervisor.assigned(ALL);
    await().until(() -> said.contains(new Said("retrying", 1)));

    failure = null;
    awaitRunning(2);
  }

  @Test
  void aTerminalFailureWaitsForANewGeneration() {
    failure = new SluiceException(ErrorCode.BINLOG_PURGED, "gone", "create again");
    supervisor.start();
    supervisor.assigned(ALL);
    await().until(() -> said.stream().filter(s -> s.state().equals("error")).count() >= 2);
    int before = made.get();
    for (int i = 0; i < 5; i++) {
      supervisor.reconcile();
    }
    assertThat(made).hasValue(before);

    failure = null;
    record = record(WorkflowState.COPYING, 2);
    awaitRunning(2);
  }

  @Test
  void aUnitWhoseFailureIsNotAnErrorOfOursIsABug() {
    failure = new IllegalStateException("oops");
    supervisor.start();
    supervisor.assigned(ALL);

    await().until(() -> said.contains(new Said("error", 1)));
  }

  @Test
  void closingEndsEverything() {
    supervisor.start();
    supervisor.assigned(ALL);
    awaitRunning(2);

    supervisor.close();

    assertThat(running).hasValue(0);
    assertThat(supervisor.running()).isZero();
  }

  private final class FakeUnit implements WorkUnit {

    private final CountDownLatch stopped = new CountDownLatch(1);

    private FakeUnit() {
      made.incrementAndGet();
    }

    @Override
    public void run() throws InterruptedException {
      if (failure != null) {
        throw failure;
      }
      running.incrementAndGet();
      try {
        stopped.await();
      } finally {
        running.decrementAndGet();
      }
    }

    @Override
    public void stop() {
      stopped.countDown();
    }
  }
}
