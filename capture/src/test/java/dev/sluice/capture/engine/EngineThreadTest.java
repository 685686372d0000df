package dev.sluice.capture.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.debezium.engine.DebeziumEngine;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EngineThreadTest {

  /** As Debezium's does when it is closed while it ends by itself: its callback hears nothing. */
  @Test
  void anEngineThatBreaksTellsItsOwner() throws Exception {
    CompletableFuture<Throwable> told = new CompletableFuture<>();
    CountDownLatch closed = new CountDownLatch(1);
    EngineThread thread =
        EngineThread.start(
            "test", new BreakingEngine(closed), (message, error) -> told.complete(error));

    thread.stop();

    assertThat(closed.getCount()).isZero();
    assertThat(told.get(10, TimeUnit.SECONDS))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot change engine state");
  }

  private record BreakingEngine(CountDownLatch closed) implements DebeziumEngine<Object> {

    @Override
    public void run() {
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new IllegalStateException("Cannot change engine state");
    }

    @Override
    public void close() {
      closed.countDown();
    }

    @Override
    public Signaler getSignaler() {
      throw new UnsupportedOperationException();
    }
  }
}
