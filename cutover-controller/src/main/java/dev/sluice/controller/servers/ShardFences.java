package dev.sluice.controller.servers;

import dev.sluice.controller.port.SideFence;
import dev.sluice.mysql.fence.Fence;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;

/** {@link SideFence} over one {@link Fence} a shard; all shards at the same time. */
final class ShardFences implements SideFence {

  /** A session that was denied may end its transaction by itself for so long. */
  private static final Duration GRACE = Duration.ofMillis(500);

  /** What is done on one shard. */
  private interface Work<T> {
    T on(Fence fence) throws Exception;
  }

  private final Map<String, Fence> fences;
  private final long controllerEpoch;
  private final Predicate<Endpoint> sidecarExists;
  private final ExecutorService threads;
  private final Set<String> raised = ConcurrentHashMap.newKeySet();

  /**
   * @param fences by shard
   * @param sidecarExists whether a primary has one
   */
  ShardFences(Map<String, Fence> fences, long controllerEpoch, Predicate<Endpoint> sidecarExists) {
    this.sidecarExists = sidecarExists;
    this.fences = new LinkedHashMap<>(fences);
    this.controllerEpoch = controllerEpoch;
    this.threads =
        Executors.newFixedThreadPool(
            fences.size(),
            task -> {
              Thread thread = new Thread(task, "fence");
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public void raise() throws InterruptedException {
    change(fence -> null);
  }

  @Override
  public void confirm() throws InterruptedException {
    all(
        (shard, fence) -> {
          if (sidecarExists.test(fence.place().primary())) {
            fence.raiseEpoch(controllerEpoch);
          }
          return "";
        });
  }

  @Override
  public void arm(Duration limit) throws InterruptedException {
    change(
        fence -> {
          fence.arm(controllerEpoch, limit);
          return null;
        });
  }

  @Override
  public Map<String, String> unreachable() throws InterruptedException {
    Map<String, String> unreachable = new LinkedHashMap<>();
    all((shard, fence) -> {
          try {
            fence.state();
            return "";
          } catch (SluiceException e) {
            return e.getMessage();
          }
        })
        .forEach(
            (shard, why) -> {
              if (!why.isEmpty()) {
                unreachable.put(shard, why);
              }
            });
    return unreachable;
  }

  @Override
  public boolean denied() throws InterruptedException {
    return all((shard, fence) -> fence.state()).values().stream()
        .allMatch(state -> state.armed() && state.denied());
  }

  @Override
  public boolean stillDenied() throws InterruptedException {
    return all((shard, fence) -> fence.denies()).values().stream().allMatch(denies -> denies);
  }

  @Override
  public List<String> mend(Duration limit) throws InterruptedException {
    return all(
            (shard, fence) -> {
              boolean slipped = fence.slipped();
              if (slipped) {
                raise(shard, fence);
                fence.mend(controllerEpoch, limit);
              }
              return slipped;
            })
        .entrySet()
        .stream()
        .filter(Map.Entry::getValue)
        .map(Map.Entry::getKey)
        .toList();
  }

  @Override
  public Map<String, String> deny(String reason, Duration limit) throws InterruptedException {
    return change(fence -> fence.deny(controllerEpoch, reason, limit));
  }

  @Override
  public void allow(String reason) throws InterruptedException {
    change(
        fence -> {
          fence.allow(controllerEpoch, reason, GRACE);
          return null;
        });
  }

  @Override
  public void remove(Duration limit) throws InterruptedException {
    all(
        (shard, fence) -> {
          // a workflow that never began has made no sidecar
          if (sidecarExists.test(fence.place().primary())) {
            fence.raiseEpoch(controllerEpoch);
            fence.remove(controllerEpoch, limit);
          }
          return "";
        });
  }

  /** Does pieces of work on a shard, each under the lock of its fence. */
  interface Pieces {

    /**
     * @param action what is done, in the infinitive, for errors
     */
    void run(String action, Fence.Work piece);
  }

  /** What is done on a shard while no other controller can act there. */
  interface Guarded {
    void on(Endpoint primary, Pieces pieces);
  }

  /**
   * Does work on every server in this controller's epoch: a newer controller ends what is under way
   * of it, and nothing of it is begun any more. Where the fence was removed the work was done
   * before, and where there is no sidecar there was never any: nothing is done there.
   */
  void exclusively(Guarded work) throws InterruptedException {
    all(
        (shard, fence) -> {
          Endpoint primary = fence.place().primary();
          if (sidecarExists.test(primary) && !fence.state().ended()) {
            fence.raiseEpoch(controllerEpoch);
            work.on(primary, (action, piece) -> fence.exclusively(controllerEpoch, action, piece));
          }
          return "";
        });
  }

  /** In this controller's epoch: whoever had an older one changes nothing from here on. */
  private <T> Map<String, T> change(Work<T> work) throws InterruptedException {
    return all(
        (shard, fence) -> {
          raise(shard, fence);
          return work.on(fence);
        });
  }

  private void raise(String shard, Fence fence) {
    if (raised.add(shard)) {
      try {
        fence.raiseEpoch(controllerEpoch);
      } catch (RuntimeException e) {
        raised.remove(shard);
        throw e;
      }
    }
  }

  /** What is done on a shard of that name. */
  private interface ShardWork<T> {
    T on(String shard, Fence fence) throws Exception;
  }

  /** Waits for all shards, whatever becomes of them; then the first error counts. */
  private <T> Map<String, T> all(ShardWork<T> work) throws InterruptedException {
    Map<String, Future<T>> asked = new LinkedHashMap<>();
    fences.forEach(
        (shard, fence) -> {
          Callable<T> task = () -> work.on(shard, fence);
          asked.put(shard, threads.submit(task));
        });
    Map<String, T> answers = new LinkedHashMap<>();
    List<Throwable> errors = new ArrayList<>();
    for (Map.Entry<String, Future<T>> one : asked.entrySet()) {
      try {
        answers.put(one.getKey(), one.getValue().get());
      } catch (ExecutionException e) {
        errors.add(e.getCause());
      }
    }
    if (!errors.isEmpty()) {
      throw first(errors);
    }
    return answers;
  }

  /** What nobody can get over counts first. */
  private static RuntimeException first(List<Throwable> errors) {
    for (Throwable error : errors) {
      if (error instanceof SluiceException known && !known.retryable()) {
        return known;
      }
    }
    Throwable error = errors.get(0);
    return error instanceof RuntimeException known ? known : new IllegalStateException(error);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    Set<Fence> all = new HashSet<>(fences.values());
    all.forEach(Fence::close);
  }
}
