package dev.sluice.tests.stack;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** Does the same thing with several servers at once. */
final class InParallel {
  private InParallel() {}

  /**
   * Returns when all are done, or at the first failure, while the others may still be at it.
   *
   * @throws StackException the first failure
   */
  static <T> void run(List<T> servers, Consumer<T> action) {
    ExecutorService threads = Executors.newFixedThreadPool(servers.size());
    try {
      CompletableFuture<Object> failed = new CompletableFuture<>();
      CompletableFuture<?>[] running =
          servers.stream()
              .map(server -> CompletableFuture.runAsync(() -> action.accept(server), threads))
              .toArray(CompletableFuture<?>[]::new);
      for (CompletableFuture<?> one : running) {
        one.exceptionally(
            cause -> {
              failed.completeExceptionally(cause);
              return null;
            });
      }
      CompletableFuture.anyOf(CompletableFuture.allOf(running), failed).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof StackException cause) {
        throw new StackException(cause.getMessage(), cause);
      }
      throw e;
    } finally {
      threads.shutdown();
    }
  }
}
