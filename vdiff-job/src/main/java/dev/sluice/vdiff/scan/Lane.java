package dev.sluice.vdiff.scan;

import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.schemas.error.SluiceException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * One connection to every shard of both sides, all in the same moment. Used by one thread at a
 * time.
 */
public final class Lane implements AutoCloseable {

  /** Work on one shard. */
  public interface Work<T> {
    T on(ShardScanner scanner) throws Exception;
  }

  private final List<ShardScanner> scanners;
  private final ExecutorService threads;

  Lane(List<ShardScanner> scanners, ExecutorService threads) {
    this.scanners = List.copyOf(scanners);
    this.threads = threads;
  }

  public List<ShardScanner> scanners() {
    return scanners;
  }

  /**
   * Does the work on all scanners side by side.
   *
   * @return the answers in the order of {@link #scanners}
   * @throws SluiceException the first failure, when all have ended
   */
  public <T> List<T> onAll(Work<T> work) throws InterruptedException {
    return all(threads, scanners, work);
  }

  static <T> List<T> all(ExecutorService threads, List<ShardScanner> scanners, Work<T> work)
      throws InterruptedException {
    List<Future<T>> running = new ArrayList<>();
    for (ShardScanner scanner : scanners) {
      Callable<T> task = () -> work.on(scanner);
      running.add(threads.submit(task));
    }
    List<T> answers = new ArrayList<>();
    Throwable failure = null;
    for (Future<T> one : running) {
      try {
        answers.add(one.get());
      } catch (ExecutionException e) {
        failure = failure == null ? e.getCause() : failure;
      }
    }
    if (failure != null) {
      throw new ErrorClassifier().classifyAny(failure, "compare rows");
    }
    return answers;
  }

  @Override
  public void close() {
    scanners.forEach(ShardScanner::close);
  }
}
