package dev.sluice.server.units;

import dev.sluice.controller.Controller;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.work.WorkMembership;
import dev.sluice.schemas.work.WorkPartitions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a controller while this process owns the controllers' partition. Thread-safe. */
public final class ControllerRunner implements WorkMembership.Listener, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ControllerRunner.class);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
  private static final long PAUSE_MILLIS = 500;

  /** After being fenced: by then the membership knows whether the partition is still ours. */
  private static final long PAUSE_FENCED_MILLIS = 4_000;

  private final Supplier<Controller> controllers;
  private Reign reign;

  public ControllerRunner(Supplier<Controller> controllers) {
    this.controllers = controllers;
  }

  @Override
  public synchronized void assigned(Set<Integer> partitions) {
    if (partitions.contains(WorkPartitions.CONTROLLER) && reign == null) {
      reign = new Reign();
      reign.thread.start();
    }
  }

  @Override
  public synchronized void revoked(Set<Integer> partitions) {
    if (partitions.contains(WorkPartitions.CONTROLLER)) {
      end();
    }
  }

  private void end() {
    if (reign == null) {
      return;
    }
    Reign ending = reign;
    reign = null;
    ending.stop();
    try {
      ending.thread.join(STOP_LIMIT.toMillis());
      if (ending.thread.isAlive()) {
        ending.thread.interrupt();
        ending.thread.join(2_000);
      }
    } catch (InterruptedException e) {
      ending.thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public synchronized void close() {
    end();
  }

  /** The time during which the partition is ours: one controller after another until it ends. */
  private final class Reign {

    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "controller");
    private volatile Controller controller;

    private Reign() {
      thread.setDaemon(true);
    }

    private void stop() {
      over.countDown();
      Controller current = controller;
      if (current != null) {
        current.stop();
      }
    }

    private void run() {
      try {
        while (over.getCount() > 0) {
          controller = controllers.get();
          if (over.getCount() == 0) {
            return;
          }
          boolean fenced = rule();
          if (over.await(fenced ? PAUSE_FENCED_MILLIS : PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
            return;
          }
        }
      } catch (InterruptedException e) {
        LOG.atDebug().log("controller interrupted");
      }
    }

    /** True when another controller fenced this one. */
    private boolean rule() throws InterruptedException {
      try {
        controller.run();
      } catch (SluiceException e) {
        LOG.atWarn()
            .addKeyValue("errorCode", e.code())
            .setCause(e)
            .log("controller ended; it begins again");
        return e.code() == ErrorCode.FENCED;
      } catch (RuntimeException e) {
        LOG.atError().setCause(e).log("controller failed; it begins again");
      }
      return false;
    }
  }
}
