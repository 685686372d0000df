package dev.sluice.bench;

import dev.sluice.bench.load.LoadCounts;
import dev.sluice.bench.load.WriteOnlyLoad;
import dev.sluice.bench.measure.Samples;
import dev.sluice.bench.measure.Waiting;
import dev.sluice.bench.report.Comparison;
import java.time.Duration;
import java.util.List;

/** How soon a write is to be seen on its shard while the source is written to at a steady rate. */
final class LagPart {
  private static final double GOAL_MILLISECONDS = 100;

  /** Below it the machine could not even write: then the lag says nothing. */
  private static final double LEAST_RATE = 0.95 * BenchOptions.LAG_RATE;

  private static final Duration WARM_UP = Duration.ofSeconds(5);
  private static final Duration BETWEEN = Duration.ofMillis(50);

  private final Site site;
  private final BenchOptions options;
  private final Moves moves;

  LagPart(Site site, BenchOptions options, Moves moves) {
    this.site = site;
    this.options = options;
    this.moves = moves;
  }

  List<Comparison> run() {
    moves.running();
    WriteOnlyLoad load =
        new WriteOnlyLoad(
            site.source(),
            site.tables(),
            options.rows(),
            BenchOptions.WRITERS,
            BenchOptions.LAG_RATE);
    try (WriteOnlyLoad.Running running = load.start();
        Probes probes = new Probes(site)) {
      Waiting.sleep(WARM_UP);
      Samples milliseconds = probes.latencies(options.lagTime(), BETWEEN);
      LoadCounts written = running.stopAfter(Duration.ZERO);
      probes.awaitVisible(probes.writeOneForEachShard(), Duration.ofMillis(20));
      site.checkShards();
      return results(milliseconds, written.transactions() / written.seconds());
    }
  }

  private List<Comparison> results(Samples milliseconds, double rate) {
    double half = milliseconds.percentile(0.5);
    double nearlyAll = milliseconds.percentile(0.99);
    site.say(
        "lag: p50 %.1f ms, p99 %.1f ms, highest %.1f ms of %d writes at %.0f transactions/s",
        half, nearlyAll, milliseconds.highest(), milliseconds.values().size(), rate);
    String at = " at " + BenchOptions.LAG_RATE + " transactions/s";
    return List.of(
        Comparison.bounded("lag", "write to visible, p50" + at, "ms", half, GOAL_MILLISECONDS),
        Comparison.told("lag", "write to visible, p99" + at, "ms", Samples.of(nearlyAll)),
        Comparison.reached("lag", "rate reached", "tx/s", rate, LEAST_RATE));
  }
}
