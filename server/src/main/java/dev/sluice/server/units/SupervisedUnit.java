package dev.sluice.server.units;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.status.UnitError;
import dev.sluice.schemas.status.UnitStatus;
import dev.sluice.schemas.work.WorkUnit;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one unit of work, again and again: each run is a new unit on a thread of its own. After a
 * retryable error it waits longer each time; after another error it waits for a new generation of
 * the workflow's record.
 */
final class SupervisedUnit {

  /** Where statuses go. */
  interface Sink {
    void publish(UnitKey key, Object status, Object mark, long generation);
  }

  private static final Logger LOG = LoggerFactory.getLogger(SupervisedUnit.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /** After being fenced: by then the membership knows whether the unit is still ours. */
  private static final Duration PAUSE_FENCED = Duration.ofSeconds(4);

  /** A unit that ran this long has recovered. */
  private static final Duration RECOVERED = Duration.ofSeconds(30);

  private static final String STARTING = "starting";
  private static final Duration RESTATE = Duration.ofSeconds(3);

  private final UnitKey key;
  private final UnitFactory factory;
  private final Sink sink;
  private final Runnable ended;
  private final Clock clock;

  private long generation;
  private boolean wanted;
  private Thread thread;
  private WorkUnit unit;
  private long launchedCopyRun;
  private Instant startedAt;
  private boolean stopAsked;
  private int failures;
  private Instant notBefore = Instant.EPOCH;
  private Instant retryingSince;
  private UnitError error;
  private boolean terminal;
  private long failedGeneration;
  private UnitStatus report;
  private String stated = "";
  private Instant statedAt = Instant.EPOCH;
  private Instant stateSince;

  /** What the unit said of its lag while it was at work, and when. */
  private double workLag;

  private Instant workAt;
  private long statedGeneration = -1;

  SupervisedUnit(UnitKey key, UnitFactory factory, Sink sink, Runnable ended, Clock clock) {
    this.key = key;
    this.factory = factory;
    this.sink = sink;
    this.ended = ended;
    this.clock = clock;
    this.report = key.silent();
    this.stateSince = clock.instant();
  }

  UnitKey key() {
    return key;
  }

  synchronized boolean running() {
    return thread != null;
  }

  /** Brings the unit to what its workflow's record asks for, as far as that goes now. */
  synchronized void reconcile(WorkflowRecord record, boolean mayRun) {
    generation = record.generation();
    wanted = mayRun && record.unitsRun(key.direction());
    if (terminal && generation > failedGeneration) {
      terminal = false;
      error = null;
      retryingSince = null;
      failures = 0;
      notBefore = Instant.EPOCH;
    }
    if (thread != null) {
      if (!wanted || launchedCopyRun != record.controls().copyRun()) {
        // a unit that follows an earlier copy is no use: the next look starts another one
        askStop();
      } else if (failures > 0 && startedAt.plus(RECOVERED).isBefore(clock.instant())) {
        failures = 0;
      }
    } else if (wanted && !terminal && !clock.instant().isBefore(notBefore)) {
      launch(record);
    } else {
      state();
    }
  }

  /** Asks the unit to end; it is not run again until it is wanted again. */
  synchronized void askStop() {
    wanted = false;
    if (thread != null && !stopAsked) {
      stopAsked = true;
      unit.stop();
    }
  }

  /** Waits for the unit's end; true when it has ended. */
  boolean awaitEnd(Duration limit) throws InterruptedException {
    Thread current;
    synchronized (this) {
      current = thread;
    }
    if (current != null) {
      current.join(Math.max(1, limit.toMillis()));
    }
    return current == null || !current.isAlive();
  }

  /** Interrupts a unit that does not end by itself. */
  synchronized void interrupt() {
    if (thread != null) {
      LOG.atWarn().addKeyValue("unit", key).log("unit does not end; interrupting it");
      thread.interrupt();
    }
  }

  private void launch(WorkflowRecord record) {
    WorkUnit created;
    Run run = new Run();
    try {
      created = factory.create(key, record, run::said, run::said);
    } catch (RuntimeException e) {
      failed(e);
      return;
    }
    unit = created;
    launchedCopyRun = record.controls().copyRun();
    stopAsked = false;
    startedAt = clock.instant();
    thread = new Thread(() -> run.work(created), key.toString());
    thread.setDaemon(true);
    publishStated(STARTING, STARTING);
    LOG.atInfo().addKeyValue("unit", key).addKeyValue("generation", generation).log("unit starts");
    thread.start();
  }

  /** One run; what it says after it ended is not listened to. */
  private final class Run {

    private boolean over;

    void said(UnitStatus said) {
      synchronized (SupervisedUnit.this) {
        if (!over) {
          report = inItsHistory(said);
          stated = "";
          sink.publish(key, report, report.mark(), generation);
        }
      }
    }

    void work(WorkUnit created) {
      Throwable problem = null;
      try {
        created.run();
      } catch (InterruptedException e) {
        LOG.atDebug().addKeyValue("unit", key).log("unit interrupted");
      } catch (RuntimeException | Error e) {
        problem = e;
      }
      synchronized (SupervisedUnit.this) {
        over = true;
        thread = null;
        unit = null;
        if (problem != null && !stopAsked) {
          failed(problem);
        } else {
          if (problem != null) {
            LOG.atDebug()
                .addKeyValue("unit", key)
                .setCause(problem)
                .log("unit failed while it was being stopped");
          }
          LOG.atInfo().addKeyValue("unit", key).log("unit ended");
          state();
        }
      }
      ended.run();
    }
  }

  /**
   * A run knows nothing of the runs before it: until it is at work, what they failed with and since
   * when still holds.
   */
  private UnitStatus inItsHistory(UnitStatus said) {
    boolean notAtWork = said.state().equals(STARTING) || said.error() != null;
    if (!notAtWork) {
      retryingSince = null;
      error = null;
      workLag = said.lagSeconds();
      workAt = clock.instant();
      return said;
    }
    boolean forGood = said.error() != null && !said.error().retryable();
    boolean own = retryingSince == null || forGood;
    return said.in(
        new UnitStatus.Condition(
            said.state(),
            said.stage(),
            said.stageSince(),
            own || said.error() != null ? said.error() : error,
            own ? said.retryingSince() : retryingSince,
            said.at(),
            lagNotAtWork(said.lagSeconds())));
  }

  /** Who does not work falls behind by the second, whatever a run knows that has just begun. */
  private double lagNotAtWork(double said) {
    return workAt == null
        ? said
        : Math.max(said, workLag + Duration.between(workAt, clock.instant()).toMillis() / 1_000.0);
  }

  private void failed(Throwable problem) {
    SluiceException known =
        problem instanceof SluiceException sluice
            ? sluice
            : new SluiceException(
                ErrorCode.INTERNAL,
                "unexpected " + problem,
                "look at the server's log and report a bug",
                problem);
    // being fenced while still the owner means that the other one has gone again
    boolean again = known.retryable() || known.code() == ErrorCode.FENCED;
    error = UnitError.of(known);
    terminal = !again;
    failedGeneration = generation;
    if (startedAt != null && startedAt.plus(RECOVERED).isBefore(clock.instant())) {
      failures = 0;
    }
    if (terminal) {
      retryingSince = null;
    } else {
      retryingSince = retryingSince == null ? clock.instant() : retryingSince;
      Duration pause =
          known.code() == ErrorCode.FENCED
              ? PAUSE_FENCED
              : FIRST_PAUSE.multipliedBy(1L << Math.min(failures, 10));
      notBefore = clock.instant().plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
      failures++;
    }
    LOG.atWarn()
        .addKeyValue("unit", key)
        .addKeyValue("errorCode", known.code())
        .addKeyValue("retryable", again)
        .setCause(problem)
        .log("unit failed");
    state();
  }

  /** Says what the unit itself cannot say, now and then again, lest it be taken for lost. */
  private void state() {
    if (terminal) {
      publishStated("error", "waiting for start");
    } else if (retryingSince != null && wanted) {
      publishStated("retrying", "waiting to try again");
    } else {
      publishStated("stopped", "stopped");
    }
  }

  private void publishStated(String state, String stage) {
    Instant now = clock.instant();
    boolean changed = !state.equals(stated) || statedGeneration != generation;
    if (!changed && statedAt.plus(RESTATE).isAfter(now)) {
      return;
    }
    if (!state.equals(stated)) {
      stateSince = now;
    }
    stated = state;
    statedAt = now;
    statedGeneration = generation;
    boolean shown = state.equals("error") || state.equals("retrying") || retryingSince != null;
    long under = state.equals("error") ? failedGeneration : generation;
    sink.publish(
        key,
        report.in(
            new UnitStatus.Condition(
                state,
                stage,
                stateSince,
                shown ? error : null,
                retryingSince,
                now,
                lagNotAtWork(report.lagSeconds()))),
        state + stateSince,
        under);
  }
}
