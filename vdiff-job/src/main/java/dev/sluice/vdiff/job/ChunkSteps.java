package dev.sluice.vdiff.job;

import dev.sluice.schemas.table.ValueKind;
import dev.sluice.schemas.vdiff.RowClass;
import dev.sluice.schemas.vdiff.VDiffResult.Sample;
import dev.sluice.vdiff.scan.Lane;
import dev.sluice.vdiff.scan.MoveSides;
import dev.sluice.vdiff.scan.ShardRef;
import dev.sluice.vdiff.scan.ShardScanner;
import dev.sluice.vdiff.scan.ShardScanner.Shown;
import dev.sluice.vdiff.scan.TableSides;
import dev.sluice.vdiff.topology.ChunkDigests;
import dev.sluice.vdiff.topology.ChunkDigests.Part;
import dev.sluice.vdiff.topology.Outcome;
import dev.sluice.vdiff.topology.Outcome.DifferingKey;
import dev.sluice.vdiff.topology.RowBatch;
import dev.sluice.vdiff.topology.Side;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;

/**
 * What is done with a chunk: digest its parts; those in which the sides differ, by buckets; send
 * the rows of the buckets that differ; look at the rows of which the topology says that they
 * differ. Thread-safe.
 */
final class ChunkSteps {

  /** So many rows, on all shards together, are not divided into buckets. */
  private static final long SMALL = 400;

  /**
   * Rows that are sent at a time, on all shards together: what the topology's state is bound by.
   */
  private static final long GROUP_ROWS = 5_000;

  private static final int LEAST_BUCKETS = 16;
  private static final int MOST_BUCKETS = 16_384;
  private static final int ROWS_OF_A_BUCKET = 64;
  private static final int SHOWN_AT_ONCE = 100;
  private static final int VALUE_CHARACTERS = 200;

  private final String run = UUID.randomUUID().toString();
  private final AtomicLong attempts = new AtomicLong();
  private final MoveSides sides;
  private final DigestSender sender;
  private final ScanPace pace;

  ChunkSteps(MoveSides sides, DigestSender sender, ScanPace pace) {
    this.sides = sides;
    this.sender = sender;
    this.pace = pace;
  }

  private String attempt() {
    return run + "-" + attempts.incrementAndGet();
  }

  private int sources() {
    return sides.count(Side.SOURCE);
  }

  private int targets() {
    return sides.count(Side.TARGET);
  }

  /** Finds the ends of the parts of the table's next chunk and digests it. */
  void next(MomentScan scan, TableScan table, Lane lane) throws InterruptedException {
    TableSides of = table.sides();
    if (!of.ordered()) {
      buckets(scan, scan.take(table, List.of()), of.rowsEstimated(), lane);
      return;
    }
    int shards = sides.read().size();
    long rows = Math.max(1, Math.min(table.chunkRows(), pace.mostRows()));
    boolean computed = ChunkParts.computed(of);
    int parts = ChunkParts.count(rows, table.keys().left().size(), computed);
    int steps = computed ? 1 : parts;
    long ofStep = Math.max(1, rows / shards / steps);
    int first = table.cursor() == null ? 0 : Math.floorMod(table.cursor().hashCode(), shards);
    List<List<String>> bounds = List.of();
    for (int i = 0; i < shards && bounds.isEmpty(); i++) {
      ShardScanner scanner = lane.scanners().get((first + i) % shards);
      bounds = scanner.bounds(of, table.cursor(), ofStep, steps);
    }
    if (computed && !bounds.isEmpty()) {
      bounds = ChunkParts.between(table.cursor(), bounds.get(0), rows, parts);
    }
    digest(scan, scan.take(table, bounds), lane);
  }

  /** Level 1: the whole chunk, part by part. */
  void digest(MomentScan scan, Chunk chunk, Lane lane) throws InterruptedException {
    TableSides table = chunk.table().sides();
    if (!table.ordered()) {
      buckets(scan, chunk, table.rowsEstimated(), lane);
      return;
    }
    Collection<List<String>> without = List.copyOf(chunk.table().keys().left());
    long began = System.nanoTime();
    List<List<Part>> parts = lane.onAll(scanner -> scanner.ranges(table, chunk.ranges(), without));
    long most = most(parts, Part::rows);
    pace.read(most);
    chunk.table().took(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began), most);
    chunk.parts(tally(lane, parts));
    String attempt = attempt();
    scan.await(attempt, outcome -> digested(scan, chunk, outcome));
    send(lane, attempt, parts);
  }

  private void digested(MomentScan scan, Chunk chunk, Outcome outcome) {
    chunk.rows(outcome.rows());
    if (outcome.differing().isEmpty()) {
      chunk.matched(truth(outcome));
      scan.finish(chunk);
      return;
    }
    long left = chunk.narrow(outcome.differing());
    if (left <= SMALL) {
      scan.follow(lane -> rows(scan, chunk, null, lane));
    } else {
      scan.follow(lane -> buckets(scan, chunk, left / chunk.ranges().size() / 2, lane));
    }
  }

  private long truth(Outcome outcome) {
    String side = sides.truth().word() + "/";
    return outcome.rows().entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(side))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private static <T> long most(List<List<T>> byShard, ToLongFunction<T> rows) {
    return byShard.stream()
        .mapToLong(shard -> shard.stream().mapToLong(rows).sum())
        .max()
        .orElse(0);
  }

  /**
   * Between the levels: which buckets of the parts that differ do.
   *
   * @param rows of a part, about
   */
  private void buckets(MomentScan scan, Chunk chunk, long rows, Lane lane)
      throws InterruptedException {
    TableSides table = chunk.table().sides();
    Collection<List<String>> without = List.copyOf(chunk.table().keys().left());
    int most = MOST_BUCKETS / chunk.ranges().size();
    int count = (int) Math.min(most, Math.max(LEAST_BUCKETS, rows / ROWS_OF_A_BUCKET));
    List<List<Part>> parts =
        lane.onAll(scanner -> scanner.buckets(table, chunk.ranges(), without, count));
    chunk.buckets(count, tally(lane, parts));
    pace.read(most(parts, Part::rows));
    String attempt = attempt();
    scan.await(attempt, outcome -> bucketsCompared(scan, chunk, outcome));
    send(lane, attempt, parts);
  }

  private Chunk.Tally tally(Lane lane, List<List<Part>> parts) {
    Map<Integer, Long> all = new HashMap<>();
    Map<Integer, Long> truth = new HashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      boolean isTruth = lane.scanners().get(i).shard().side() == sides.truth();
      for (Part part : parts.get(i)) {
        all.merge(part.bucket(), part.rows(), Long::sum);
        if (isTruth) {
          truth.merge(part.bucket(), part.rows(), Long::sum);
        }
      }
    }
    return new Chunk.Tally(all, truth);
  }

  private void bucketsCompared(MomentScan scan, Chunk chunk, Outcome outcome) {
    chunk.rows(outcome.rows());
    chunk.group(outcome.differing(), GROUP_ROWS);
    goOn(scan, chunk);
  }

  private void goOn(MomentScan scan, Chunk chunk) {
    if (chunk.hasGroups()) {
      List<Integer> group = chunk.nextGroup();
      scan.follow(lane -> rows(scan, chunk, group, lane));
    } else {
      scan.finish(chunk);
    }
  }

  private void send(Lane lane, String attempt, List<List<Part>> parts) {
    for (int i = 0; i < parts.size(); i++) {
      ShardRef shard = lane.scanners().get(i).shard();
      sender.send(
          new ChunkDigests(
              attempt, shard.side(), shard.name(), sources(), targets(), parts.get(i)));
    }
  }

  /**
   * Level 2: the rows themselves.
   *
   * @param group the buckets whose rows are sent; null for all rows, or those of the chunk's keys
   */
  void rows(MomentScan scan, Chunk chunk, List<Integer> group, Lane lane)
      throws InterruptedException {
    TableSides table = chunk.table().sides();
    Collection<List<String>> without = List.copyOf(chunk.table().keys().left());
    List<List<RowBatch.Row>> rows =
        lane.onAll(
            scanner ->
                chunk.keys() != null
                    ? scanner.rowsOf(table, chunk.keys())
                    : group == null
                        ? scanner.rows(table, chunk.ranges(), without, 1, chunk.everyRange())
                        : scanner.rows(table, chunk.ranges(), without, chunk.buckets(), group));
    pace.read(most(rows, row -> 1));
    String attempt = attempt();
    scan.await(attempt, outcome -> rowsCompared(scan, chunk, outcome));
    for (int i = 0; i < rows.size(); i++) {
      sender.send(attempt, lane.scanners().get(i).shard(), sources(), targets(), rows.get(i));
    }
  }

  private void rowsCompared(MomentScan scan, Chunk chunk, Outcome outcome) {
    chunk.rows(outcome.rows());
    chunk.matched(outcome.matching());
    if (outcome.keys().isEmpty()) {
      goOn(scan, chunk);
    } else {
      scan.follow(lane -> look(scan, chunk, outcome.keys(), lane));
    }
  }

  /** Fetches rows that differ: as samples, and to compare JSON by value. */
  private void look(MomentScan scan, Chunk chunk, List<DifferingKey> keys, Lane lane)
      throws InterruptedException {
    boolean json = chunk.table().sides().hasJson();
    List<DifferingKey> wanted = new ArrayList<>();
    int samples = chunk.table().samplesWanted() - chunk.sampled();
    for (DifferingKey key : keys) {
      if (json && key.rowClass() == RowClass.MISMATCHED || samples-- > 0) {
        wanted.add(key);
      } else {
        chunk.differs(key);
      }
    }
    for (int from = 0; from < wanted.size(); from += SHOWN_AT_ONCE) {
      look(chunk, wanted.subList(from, Math.min(wanted.size(), from + SHOWN_AT_ONCE)), lane);
    }
    goOn(scan, chunk);
  }

  private void look(Chunk chunk, List<DifferingKey> keys, Lane lane) throws InterruptedException {
    TableSides table = chunk.table().sides();
    List<List<String>> texts = keys.stream().map(DifferingKey::key).toList();
    List<Map<List<String>, Shown>> shown = lane.onAll(scanner -> scanner.shown(table, texts));
    for (DifferingKey key : keys) {
      Shown source = row(lane, shown, key.key(), Side.SOURCE, key.sources());
      Shown target = row(lane, shown, key.key(), Side.TARGET, key.targets());
      if (key.rowClass() == RowClass.MISMATCHED && sameValue(table, source, target)) {
        chunk.matched(1);
        continue;
      }
      chunk.differs(key);
      if (chunk.sampled() < chunk.table().samplesWanted()) {
        chunk.sample(sample(table, key, source, target));
      }
    }
  }

  private static Shown row(
      Lane lane,
      List<Map<List<String>, Shown>> shown,
      List<String> key,
      Side side,
      List<String> shards) {
    for (int i = 0; i < shown.size(); i++) {
      ShardRef shard = lane.scanners().get(i).shard();
      Shown row = shown.get(i).get(key);
      if (shard.side() == side && shards.contains(shard.name()) && row != null) {
        return row;
      }
    }
    return null;
  }

  private static boolean sameValue(TableSides table, Shown source, Shown target) {
    return source != null
        && target != null
        && source.plain() != null
        && source.plain().equals(target.plain())
        && table.columns().stream()
            .filter(column -> column.kind() == ValueKind.JSON)
            .allMatch(
                column ->
                    JsonEquality.equal(
                        source.values().get(column.name()), target.values().get(column.name())));
  }

  private static Sample sample(TableSides table, DifferingKey key, Shown source, Shown target) {
    Map<String, String> values = new LinkedHashMap<>();
    Shown any = source == null ? target : source;
    if (any != null) {
      table.source().keyColumns().forEach(name -> values.put(name, cut(any.values().get(name))));
    }
    String shard = String.join(",", key.targets().isEmpty() ? key.sources() : key.targets());
    return new Sample(key.rowClass(), values, cut(source), cut(target), shard);
  }

  private static Map<String, String> cut(Shown row) {
    if (row == null) {
      return null;
    }
    Map<String, String> values = new LinkedHashMap<>();
    row.values().forEach((column, value) -> values.put(column, cut(value)));
    return values;
  }

  private static String cut(String value) {
    return value == null || value.length() <= VALUE_CHARACTERS
        ? value
        : value.substring(0, VALUE_CHARACTERS) + "... (" + value.length() + " characters)";
  }
}
