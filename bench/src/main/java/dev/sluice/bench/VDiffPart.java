package dev.sluice.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.bench.load.SbtestTable;
import dev.sluice.bench.measure.Samples;
import dev.sluice.bench.move.Move;
import dev.sluice.bench.report.Comparison;
import dev.sluice.tests.stack.MysqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A VDiff of all rows, with and without differences, beside what anybody would type: a digest of
 * each table on the source and on every shard, one statement after the other.
 */
final class VDiffPart {

  /** A VDiff may take twice as long as the bare statements. */
  private static final double GOAL = 0.5;

  private static final int ROUNDS = 3;
  private static final int PLANTED = 100;

  private final Site site;
  private final BenchOptions options;
  private final Moves moves;
  private final List<Double> raw = new ArrayList<>();
  private final List<Double> clean = new ArrayList<>();
  private final List<Double> differing = new ArrayList<>();
  private final List<Double> holds = new ArrayList<>();

  VDiffPart(Site site, BenchOptions options, Moves moves) {
    this.site = site;
    this.options = options;
    this.moves = moves;
  }

  List<Comparison> run() {
    Move move = moves.running();
    // the first finds no comparing process and cold buffer pools
    vdiff(move, 0);
    for (int round = 1; round <= ROUNDS; round++) {
      raw.add(rawScan());
      clean.add(vdiff(move, 0));
      plant("+");
      differing.add(vdiff(move, PLANTED));
      plant("-");
      site.say(
          "vdiff %d: %.1f s, with %d differences %.1f s; the bare statements %.1f s",
          round, last(clean), PLANTED, last(differing), last(raw));
    }
    site.checkShards();
    String what = String.format("vdiff of %,d rows", options.totalRows());
    String peer = "SELECT BIT_XOR(SHA2(...))";
    Samples statements = new Samples(raw);
    return List.of(
        Comparison.ofSeconds(
            "vdiff", what + ", no differences", new Samples(clean), peer, statements, GOAL),
        Comparison.ofSeconds(
            "vdiff",
            what + ", " + PLANTED + " differences",
            new Samples(differing),
            peer,
            statements,
            GOAL),
        Comparison.told("vdiff", "appliers held", "ms", new Samples(holds)));
  }

  private static double last(List<Double> values) {
    return values.get(values.size() - 1);
  }

  /** Seconds; a VDiff that does not find exactly what was planted is none. */
  private double vdiff(Move move, long expected) {
    Move.Compared compared = move.vdiff();
    JsonNode found = compared.report();
    long rows = found.path("rowsCompared").asLong();
    long differ = 0;
    for (JsonNode table : found.path("tables")) {
      differ += table.path("mismatchedRows").asLong();
    }
    long source = site.sourceDigest().rows();
    if (rows != source
        || differ != expected
        || found.path("hasMismatch").asBoolean() != expected > 0) {
      throw new BenchException(
          "the VDiff compared "
              + rows
              + " of "
              + source
              + " rows and found "
              + differ
              + " of "
              + expected
              + " that differ: "
              + found);
    }
    if (found.path("holdMillis").isNumber()) {
      holds.add(found.path("holdMillis").asDouble());
    }
    return compared.seconds();
  }

  private double rawScan() {
    long began = System.nanoTime();
    scan(site.source());
    site.shards().forEach(this::scan);
    return (System.nanoTime() - began) / 1e9;
  }

  private void scan(MysqlServer server) {
    try (Connection connection = server.connectAsAdmin();
        Statement statement = connection.createStatement()) {
      for (SbtestTable table : site.tables()) {
        String sql =
            "SELECT COUNT(*), HEX(BIT_XOR(UNHEX(SHA2(CONCAT_WS('#', id, k, c, pad), 256)))) FROM "
                + table.name();
        try (ResultSet result = statement.executeQuery(sql)) {
          result.next();
        }
      }
    } catch (SQLException e) {
      throw new BenchException("cannot scan " + server.name() + ": " + e.getMessage(), e);
    }
  }

  /** Changes rows all over the first table on the shards, where no stream hears of it. */
  private void plant(String sign) {
    SbtestTable table = site.tables().get(0);
    long step = Math.max(1, options.rows() / PLANTED);
    String ids =
        LongStream.range(0, PLANTED)
            .mapToObj(number -> Long.toString(1 + number * step))
            .collect(Collectors.joining(", "));
    long changed = 0;
    for (MysqlServer shard : site.shards()) {
      try (Connection connection = shard.connectAsAdmin();
          Statement statement = connection.createStatement()) {
        statement.execute("SET SESSION sql_log_bin = 0, @sluice_applier = 1");
        changed +=
            statement.executeUpdate(
                "UPDATE " + table.name() + " SET k = k " + sign + " 1 WHERE id IN (" + ids + ")");
      } catch (SQLException e) {
        throw new BenchException("cannot plant on " + shard.name() + ": " + e.getMessage(), e);
      }
    }
    if (changed != PLANTED) {
      throw new BenchException(changed + " rows changed instead of " + PLANTED);
    }
  }
}
