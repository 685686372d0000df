package dev.sluice.bench;

import dev.sluice.bench.load.LoadCounts;
import dev.sluice.bench.load.SbtestTable;
import dev.sluice.bench.load.WriteOnlyLoad;
import dev.sluice.bench.measure.Samples;
import dev.sluice.bench.measure.Waiting;
import dev.sluice.bench.report.Comparison;
import dev.sluice.mysql.fence.Fence;
import dev.sluice.mysql.fence.FenceId;
import dev.sluice.mysql.fence.FenceKind;
import dev.sluice.mysql.fence.FencePlace;
import dev.sluice.mysql.fence.FenceSide;
import dev.sluice.mysql.fence.Fences;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sidecar.Sidecar;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.keyspace.Endpoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What an armed fence costs those who write: applications, and appliers, which it lets pass. */
final class FencePart {
  private static final long EPOCH = 1;
  private static final int ROUNDS = 3;
  private static final Duration ROUND = Duration.ofSeconds(10);
  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** Rows that an applier writes at a time, and how often. */
  private static final int BATCH = 1_000;

  private static final int BATCHES = 50;

  private final Site site;
  private final BenchOptions options;
  private final List<Double> plain = new ArrayList<>();
  private final List<Double> armed = new ArrayList<>();
  private final List<Double> plainApplier = new ArrayList<>();
  private final List<Double> armedApplier = new ArrayList<>();
  private final List<Double> denials = new ArrayList<>();

  FencePart(Site site, BenchOptions options) {
    this.site = site;
    this.options = options;
  }

  List<Comparison> run() {
    Endpoint source = endpoint();
    try (Connection connection = new MySqlSessions("bench").open(source, SessionProfile.CONTROL)) {
      new Sidecar(Sidecar.DEFAULT_SCHEMA).ensure(connection);
    } catch (SQLException e) {
      throw new BenchException("the sidecar cannot be made: " + e.getMessage(), e);
    }
    List<String> tables = site.tables().stream().map(SbtestTable::name).toList();
    write(ROUND.dividedBy(2));
    for (int round = 1; round <= ROUNDS; round++) {
      plain.add(write(ROUND));
      plainApplier.add(apply());
      armed(source, tables);
      site.say(
          "fence %d: %.0f and %.0f transactions/s without and with it, %.0f and %.0f applied"
              + " rows/s; denied in %.1f ms",
          round,
          plain.get(round - 1),
          armed.get(round - 1),
          plainApplier.get(round - 1),
          armedApplier.get(round - 1),
          denials.get(round - 1));
    }
    return List.of(
        Comparison.told("fence", "8 writers without a fence", "tx/s", new Samples(plain)),
        Comparison.told("fence", "8 writers, fence armed", "tx/s", new Samples(armed)),
        Comparison.told("fence", "an applier without a fence", "rows/s", new Samples(plainApplier)),
        Comparison.told("fence", "an applier, fence armed", "rows/s", new Samples(armedApplier)),
        Comparison.told("fence", "8 writers denied within", "ms", new Samples(denials)));
  }

  private void armed(Endpoint source, List<String> tables) {
    FenceId id = new FenceId(UUID.randomUUID().toString(), FenceSide.SOURCE, "-");
    try (Fence fence =
        new Fences(new MySqlSessions("bench"), Sidecar.DEFAULT_SCHEMA)
            .of(FenceKind.TRIGGERS, new FencePlace(id, "bench", source, tables))) {
      fence.raiseEpoch(EPOCH);
      fence.arm(EPOCH, LIMIT);
      armed.add(write(ROUND));
      armedApplier.add(apply());
      denials.add(deny(fence));
      fence.remove(EPOCH, LIMIT);
    }
  }

  private Endpoint endpoint() {
    return new Endpoint(
        site.source().host(),
        site.source().port(),
        site.source().user(),
        site.source()::password,
        site.source().schema(),
        Map.of());
  }

  private double write(Duration time) {
    LoadCounts counts =
        new WriteOnlyLoad(site.source(), site.tables(), options.rows(), BenchOptions.WRITERS, 0)
            .run(time);
    return counts.transactions() / counts.seconds();
  }

  /** Writers are at work, and end with the first write that is denied. */
  private double deny(Fence fence) {
    WriteOnlyLoad load =
        new WriteOnlyLoad(site.source(), site.tables(), options.rows(), BenchOptions.WRITERS, 200);
    try (WriteOnlyLoad.Running running = load.start()) {
      Waiting.sleep(Duration.ofSeconds(1));
      long start = System.nanoTime();
      fence.deny(EPOCH, "bench", LIMIT);
      return (System.nanoTime() - start) / 1e6;
    } finally {
      fence.allow(EPOCH, "bench", Duration.ofSeconds(1));
    }
  }

  /** Rows as appliers write them: by many, in transactions of their own session. */
  private double apply() {
    String table = site.tables().get(0).name();
    long first = options.rows() + 1;
    try (Connection connection =
        new MySqlSessions("bench").open(endpoint(), SessionProfile.APPLIER)) {
      long start = System.nanoTime();
      for (int batch = 0; batch < BATCHES; batch++) {
        StringBuilder sql = new StringBuilder("INSERT INTO " + table + " (id, k, c, pad) VALUES ");
        for (int row = 0; row < BATCH; row++) {
          sql.append(row == 0 ? "(" : ",(")
              .append(first + (long) batch * BATCH + row)
              .append(",1,REPEAT('c', 119),REPEAT('p', 59))");
        }
        Queries.update(connection, sql.toString());
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      Queries.update(connection, "DELETE FROM " + table + " WHERE id >= " + first);
      return BATCH * BATCHES / seconds;
    } catch (SQLException e) {
      throw new BenchException("rows cannot be applied: " + e.getMessage(), e);
    }
  }
}
