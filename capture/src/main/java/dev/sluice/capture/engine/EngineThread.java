package dev.sluice.capture.engine;

import io.debezium.engine.DebeziumEngine;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs an engine and ends it within a bound, even one that hangs. Used by one thread. */
final class EngineThread {

  private static final Logger LOG = LoggerFactory.getLogger(EngineThread.class);
  private static final long STOP_MILLIS = 8_000;
  private static final long RETRY_NANOS = 50_000_000L;

  private final String name;
  private final DebeziumEngine<?> engine;
  private final Thread runner;

  private EngineThread(String name, DebeziumEngine<?> engine, BiConsumer<String, Throwable> ended) {
    this.name = name;
    this.engine = engine;
    this.runner = daemon(() -> run(ended), "engine-" + name);
  }

  /**
   * Starts it.
   *
   * @param ended is told when the engine breaks without a word to its own callback, as one that is
   *     closed while it ends by itself does
   */
  static EngineThread start(
      String name, DebeziumEngine<?> engine, BiConsumer<String, Throwable> ended) {
    EngineThread thread = new EngineThread(name, engine, ended);
    thread.runner.start();
    return thread;
  }

  private void run(BiConsumer<String, Throwable> ended) {
    try {
      engine.run();
    } catch (RuntimeException e) {
      LOG.atDebug().addKeyValue("engine", name).setCause(e).log("the engine broke");
      ended.accept("the engine broke", e);
    }
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Stops the engine; one that does not stop in time is left to die alone: it has nobody to deliver
   * to.
   */
  void stop() {
    Thread closer = daemon(this::closeEngine, "engine-close-" + name);
    closer.start();
    boolean interrupted = false;
    try {
      closer.join(STOP_MILLIS);
      runner.join(TimeUnit.SECONDS.toMillis(1));
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (runner.isAlive()) {
      LOG.atWarn().addKeyValue("engine", name).log("the engine does not stop and is abandoned");
      runner.interrupt();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** While its tasks start, an engine refuses to be closed; so ask again. */
  private void closeEngine() {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STOP_MILLIS);
    while (runner.isAlive() && System.nanoTime() < deadline) {
      try {
        engine.close();
        return;
      } catch (IllegalStateException e) {
        LOG.atDebug().addKeyValue("engine", name).log("not to be closed yet: {}", e.getMessage());
        LockSupport.parkNanos(RETRY_NANOS);
      } catch (IOException | RuntimeException e) {
        LOG.atWarn().addKeyValue("engine", name).setCause(e).log("closing the engine failed");
        return;
      }
    }
  }
}
