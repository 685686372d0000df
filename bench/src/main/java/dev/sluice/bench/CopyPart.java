package dev.sluice.bench;

import dev.sluice.bench.measure.Samples;
import dev.sluice.bench.measure.TableDigest;
import dev.sluice.bench.move.Move;
import dev.sluice.bench.peer.DumpAndLoad;
import dev.sluice.bench.report.Comparison;
import java.util.ArrayList;
import java.util.List;

/** The copy of all rows into two shards, beside dump and load into one server. */
final class CopyPart {
  private static final double GOAL = 1.0;

  private final Site site;
  private final BenchOptions options;
  private final Moves moves;
  private final DumpAndLoad dump;
  private final List<Double> running = new ArrayList<>();
  private final List<Double> rows = new ArrayList<>();
  private final List<Double> dumped = new ArrayList<>();

  CopyPart(Site site, BenchOptions options, Moves moves) {
    this.site = site;
    this.options = options;
    this.moves = moves;
    this.dump = new DumpAndLoad(site.stack(), site.peer());
  }

  /** Measures the rounds; the two sides take turns at being first. */
  List<Comparison> run() {
    for (int round = 1; round <= options.copyRounds(); round++) {
      if (round % 2 == 1) {
        sluice(round);
        peer(round);
      } else {
        peer(round);
        sluice(round);
      }
    }
    String what = String.format("copy %,d rows", options.totalRows());
    return List.of(
        Comparison.ofSeconds(
            "copy",
            what + " until running",
            new Samples(running),
            "mysqldump | mysql",
            new Samples(dumped),
            GOAL),
        Comparison.told("copy", what + ", rows there", "s", new Samples(rows)),
        Comparison.told("copy", what + " until running", "rows/s", rates()));
  }

  private Samples rates() {
    return new Samples(running.stream().map(seconds -> options.totalRows() / seconds).toList());
  }

  private void sluice(int round) {
    moves.end();
    Move.Times times = moves.begin();
    site.checkShards();
    running.add(times.runningSeconds());
    rows.add(times.rowsSeconds());
    site.say(
        "copy %d: Sluice %.1f s (rows there after %.1f s)",
        round, times.runningSeconds(), times.rowsSeconds());
  }

  private void peer(int round) {
    moves.end();
    double seconds = dump.run(site.tables());
    site.sourceDigest()
        .mustEqual(TableDigest.of(site.peer(), dump.schema(), site.tables()), "what was dumped");
    dump.drop();
    dumped.add(seconds);
    site.say("copy %d: mysqldump | mysql %.1f s", round, seconds);
  }
}
