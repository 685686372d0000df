package dev.sluice.bench;

import dev.sluice.bench.load.LoadCounts;
import dev.sluice.bench.load.WriteOnlyLoad;
import dev.sluice.bench.measure.Samples;
import dev.sluice.bench.measure.TableDigest;
import dev.sluice.bench.move.Move;
import dev.sluice.bench.peer.NativeReplication;
import dev.sluice.bench.report.Comparison;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A backlog of small transactions, drained by Sluice and by native replication in turn. */
final class DrainPart {
  private static final double GOAL = 3.0;

  private final Site site;
  private final BenchOptions options;
  private final Moves moves;
  private final List<Double> sluice = new ArrayList<>();
  private final List<Double> peer = new ArrayList<>();
  private final List<Double> changes = new ArrayList<>();

  DrainPart(Site site, BenchOptions options, Moves moves) {
    this.site = site;
    this.options = options;
    this.moves = moves;
  }

  List<Comparison> run() {
    Move move = moves.running();
    NativeReplication replication = new NativeReplication(site.source(), site.peer());
    site.say("drain: the replica gets its first rows");
    replication.attach();
    try (Probes probes = new Probes(site)) {
      for (int round = 1; round <= options.drainRounds(); round++) {
        round(round, move, replication, probes);
      }
    }
    Samples drained = new Samples(sluice);
    return List.of(
        Comparison.ofSeconds(
            "drain",
            "drain the backlog",
            drained,
            "native replication, 4 workers",
            new Samples(peer),
            GOAL),
        Comparison.told("drain", "row changes in the backlog", "", new Samples(changes)),
        Comparison.told("drain", "drain the backlog", "changes/s", rates()));
  }

  private Samples rates() {
    List<Double> rates = new ArrayList<>();
    for (int round = 0; round < sluice.size(); round++) {
      rates.add(changes.get(round) / sluice.get(round));
    }
    return new Samples(rates);
  }

  /** Both drain the same backlog, each while the other is stopped. */
  private void round(int round, Move move, NativeReplication replication, Probes probes) {
    move.stop();
    LoadCounts written =
        new WriteOnlyLoad(site.source(), site.tables(), options.rows(), BenchOptions.WRITERS, 0)
            .run(options.drainTime());
    changes.add((double) written.rowChanges());
    site.say(
        "drain %d: %,d transactions, %,d row changes written in %.1f s",
        round, written.transactions(), written.rowChanges(), written.seconds());
    List<Long> last = probes.writeOneForEachShard();
    TableDigest digest = site.sourceDigest();
    long began = System.nanoTime();
    move.start();
    long ended = probes.awaitVisible(last, Duration.ofMillis(20));
    sluice.add((ended - began) / 1e9);
    site.say("drain %d: Sluice %.1f s", round, sluice.get(sluice.size() - 1));
    site.checkShards();
    move.awaitRunning();
    move.stop();
    peer.add(replication.catchUp());
    site.say("drain %d: native replication %.1f s", round, peer.get(peer.size() - 1));
    digest.mustEqual(
        TableDigest.of(site.peer(), site.peer().schema(), site.tables()), "what was replicated");
    move.start();
    move.awaitRunning();
  }
}
