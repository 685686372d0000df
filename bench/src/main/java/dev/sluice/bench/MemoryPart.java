package dev.sluice.bench;

import dev.sluice.bench.load.SbtestLoader;
import dev.sluice.bench.measure.GcLog;
import dev.sluice.bench.measure.Samples;
import dev.sluice.bench.measure.Waiting;
import dev.sluice.bench.move.SluiceServer;
import dev.sluice.bench.report.Comparison;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Whether memory depends on how many rows there are: the same copy with a fresh server each, of a
 * few rows and of many. A full collection every second makes the log say how much is alive.
 */
final class MemoryPart {
  /** Live heap of the many over that of the few; measuring every second leaves some chance. */
  private static final double GOAL = 1.15;

  private static final Duration BETWEEN = Duration.ofSeconds(1);

  private final Site site;
  private final BenchOptions options;
  private final Servers servers;
  private final List<Comparison> results = new ArrayList<>();

  MemoryPart(Site site, BenchOptions options, Servers servers) {
    this.site = site;
    this.options = options;
    this.servers = servers;
  }

  List<Comparison> run() {
    double few = measure(options.rows());
    long rows = options.rows() * options.memoryFactor();
    site.say("memory: loading up to %,d rows a table", rows);
    new SbtestLoader(site.source(), site.tables()).extend(options.rows(), rows);
    double many = measure(rows);
    results.add(
        Comparison.bounded(
            "memory",
            String.format("peak live heap, %,d rows over %,d", 2 * rows, 2 * options.rows()),
            "x",
            many / few,
            GOAL));
    return results;
  }

  private double measure(long rows) {
    try (SluiceServer server = servers.start("memory-" + rows)) {
      Moves moves = new Moves(site, options, server, "memory" + rows + "-");
      CompletableFuture<Void> copy = CompletableFuture.runAsync(moves::begin);
      while (!copy.isDone()) {
        Waiting.sleep(BETWEEN);
        server.collectGarbage();
      }
      end(copy);
      site.checkShards();
      GcLog log = server.gcLog();
      long resident = server.peakResidentMebibytes();
      moves.end();
      tell(2 * rows, log, resident);
      return log.peakLiveMebibytes();
    }
  }

  private static void end(CompletableFuture<Void> copy) {
    try {
      copy.join();
    } catch (CompletionException e) {
      throw new BenchException(e.getCause().getMessage(), e);
    }
  }

  private void tell(long rows, GcLog log, long resident) {
    site.say(
        "memory: %,d rows: live heap up to %d MiB, heap up to %d MiB, resident up to %d MiB",
        rows, log.peakLiveMebibytes(), log.peakUsedMebibytes(), resident);
    String with = String.format(", %,d rows, heap limit %s", rows, options.heap());
    results.add(told("peak live heap" + with, log.peakLiveMebibytes()));
    results.add(told("peak heap with garbage" + with, log.peakUsedMebibytes()));
    results.add(told("peak resident memory" + with, resident));
  }

  private static Comparison told(String what, long mebibytes) {
    return Comparison.told("memory", what, "MiB", Samples.of(mebibytes));
  }
}
