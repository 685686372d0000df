package dev.sluice.bench;

import dev.sluice.bench.BenchOptions.Part;
import dev.sluice.bench.load.SbtestLoader;
import dev.sluice.bench.measure.MachineFacts;
import dev.sluice.bench.move.SluiceServer;
import dev.sluice.bench.report.Comparison;
import dev.sluice.bench.report.Report;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** One run over all parts wanted, on a stack of its own that is gone afterwards. */
final class Benchmark {
  private final BenchOptions options;
  private final String command;
  private final PrintWriter progress;

  /**
   * @param command what the user typed, for the report
   */
  Benchmark(BenchOptions options, String command, PrintWriter progress) {
    this.options = options;
    this.command = command;
    this.progress = progress;
  }

  /**
   * @throws BenchException when something cannot be measured, or a copy does not equal its source
   */
  Report run() {
    try (Site site = Site.open(progress)) {
      site.say("loading 2 x %,d rows into the source", options.rows());
      new SbtestLoader(site.source(), site.tables()).create(options.rows());
      List<Comparison> results = new ArrayList<>();
      Servers servers = name -> SluiceServer.start(site.stack(), name, javaOptions());
      if (Stream.of(Part.copy, Part.drain, Part.lag, Part.vdiff)
          .anyMatch(options.parts()::contains)) {
        try (SluiceServer server = servers.start("server")) {
          results.addAll(speed(site, new Moves(site, options, server, "speed")));
        }
      }
      if (options.parts().contains(Part.fence)) {
        results.addAll(new FencePart(site, options).run());
      }
      if (options.parts().contains(Part.memory)) {
        results.addAll(new MemoryPart(site, options, servers).run());
      }
      return new Report(command, MachineFacts.of(mysqlVersion(site)), settings(), results);
    }
  }

  private List<String> javaOptions() {
    return Stream.concat(Stream.of("-Xmx" + options.heap()), options.javaOptions().stream())
        .toList();
  }

  private List<Comparison> speed(Site site, Moves moves) {
    List<Comparison> results = new ArrayList<>();
    if (options.parts().contains(Part.copy)) {
      results.addAll(new CopyPart(site, options, moves).run());
    }
    if (options.parts().contains(Part.drain)) {
      results.addAll(new DrainPart(site, options, moves).run());
    }
    if (options.parts().contains(Part.lag)) {
      results.addAll(new LagPart(site, options, moves).run());
    }
    if (options.parts().contains(Part.vdiff)) {
      results.addAll(new VDiffPart(site, options, moves).run());
    }
    moves.end();
    return results;
  }

  private String settings() {
    return "every MySQL server: binary log on, "
        + String.join(" ", Site.MYSQL_FLAGS)
        + "; Sluice server: all roles, "
        + String.join(" ", javaOptions());
  }

  private static String mysqlVersion(Site site) {
    try (Connection connection = site.source().connectAsAdmin()) {
      return connection.getMetaData().getDatabaseProductVersion();
    } catch (SQLException e) {
      throw new BenchException("the source does not tell its version: " + e.getMessage(), e);
    }
  }
}
