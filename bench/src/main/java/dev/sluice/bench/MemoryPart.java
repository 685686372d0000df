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
 * Whether memory depends on how many rows there are: the same copy and the same VDiff with a fresh
 * server each, of a few rows and of many. A full collection every second makes the log say how much
 * is alive.
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
    Peaks few = measure(options.rows());
    long rows = options.rows() * options.memoryFactor();
    site.say("memory: loading up to %,d rows a table", rows);
    new SbtestLoader(site.source(), site.tables()).extend(options.rows(), rows);
    Peaks many = measure(rows);
    String over = String.format(", %,d rows over %,d", 2 * rows, 2 * options.rows());
    bounded("peak live heap" + over, many.copy() / (double) few.copy());
    bounded("peak live heap in a VDiff" + over, many.vdiff() / (double) few.vdiff());
    return results;
  }

  private void bounded(String what, double ratio) {
    results.add(Comparison.bounded("memory", what, "x", ratio, GOAL));
  }

  /** The most that was alive in the heap, MiB. */
  private record Peaks(long copy, long vdiff) {}

  private Peaks measure(long rows) {
    try (SluiceServer server = servers.start("memory-" + rows)) {
      Moves moves = new Moves(site, options, server, "memory" + rows + "-");
      collecting(server, moves::begin);
      site.checkShards();
      GcLog copy = server.gcLog();
      long resident = server.peakResidentMebibytes();
      collecting(server, () -> moves.running().vdiff());
      long vdiff = server.gcLogSince(copy).peakLiveMebibytes();
      moves.end();
      tell(2 * rows, copy, resident);
      site.say("memory: %,d rows: live heap up to %d MiB in a VDiff", 2 * rows, vdiff);
      results.add(told(String.format("peak live heap in a VDiff, %,d rows", 2 * rows), vdiff));
      return new Peaks(copy.peakLiveMebibytes(), vdiff);
    }
  }

  private static void collecting(SluiceServer server, Runnable work) {
    CompletableFuture<Void> running = CompletableFuture.runAsync(work);
    while (!running.isDone()) {
      Waiting.sleep(BETWEEN);
      server.collectGarbage();
    }
    end(running);
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
