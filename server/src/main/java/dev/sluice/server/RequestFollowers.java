package dev.sluice.server;

import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.request.RequestFollower;
import dev.sluice.schemas.work.WorkUnit;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * One follower of each workflow's requests for all units of the process that run; none for a
 * workflow without any. Thread-safe.
 */
final class RequestFollowers {

  private static final class Shared {
    private final RequestFollower follower;
    private int users;

    private Shared(RequestFollower follower) {
      this.follower = follower;
    }
  }

  private final KafkaSettings kafka;
  private final Clock clock;
  private final Map<String, Shared> byUuid = new HashMap<>();

  RequestFollowers(KafkaSettings kafka, Clock clock) {
    this.kafka = kafka;
    this.clock = clock;
  }

  /** A unit that has the workflow's requests for as long as it runs. */
  WorkUnit unit(WorkflowRecord record, Function<RequestFollower, WorkUnit> maker) {
    return new Following(record, maker);
  }

  private synchronized RequestFollower open(WorkflowRecord record) {
    Shared shared =
        byUuid.computeIfAbsent(
            record.uuid(),
            uuid -> new Shared(new RequestFollower(kafka, record.name(), uuid, clock).start()));
    shared.users++;
    return shared.follower;
  }

  private void release(String uuid) {
    Shared unused = null;
    synchronized (this) {
      Shared shared = byUuid.get(uuid);
      shared.users--;
      if (shared.users == 0) {
        unused = byUuid.remove(uuid);
      }
    }
    if (unused != null) {
      unused.follower.close();
    }
  }

  private final class Following implements WorkUnit {

    private final WorkflowRecord record;
    private final Function<RequestFollower, WorkUnit> maker;
    private WorkUnit unit;
    private boolean stopped;

    private Following(WorkflowRecord record, Function<RequestFollower, WorkUnit> maker) {
      this.record = record;
      this.maker = maker;
    }

    @Override
    public void run() throws InterruptedException {
      RequestFollower follower = open(record);
      try {
        WorkUnit made = maker.apply(follower);
        synchronized (this) {
          unit = made;
          if (stopped) {
            return;
          }
        }
        made.run();
      } finally {
        release(record.uuid());
      }
    }

    @Override
    public synchronized void stop() {
      stopped = true;
      if (unit != null) {
        unit.stop();
      }
    }
  }
}
