package dev.sluice.capture.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.OffsetRange;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.table.ValueKind;
import dev.sluice.schemas.vindex.VindexSpec;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.StreamId;
import dev.sluice.schemas.workflow.TablePlan;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Repairs under writes to the same rows, with crashes of the capture at any step, seeded. The
 * target is a model that applies cuts as an applier does; each consistent cut is compared with what
 * the source was at that place.
 */
class RepairRacesTest {

  private static final int SEEDS = 300;
  private static final int STEPS = 300;
  private static final int KEYS = 6;
  private static final StreamId STREAM =
      new StreamId("w", "00000000-0000-0000-0000-000000000001", Direction.FORWARD, "-", 0);

  private static ColumnSchema column(String name) {
    return new ColumnSchema(
        name, "bigint", "bigint", ValueKind.INTEGER, 0, 0, false, false, null, null, false, false);
  }

  private static final MovePlan PLAN =
      new MovePlan(
          List.of("-"),
          List.of("-80", "80-"),
          List.of(
              new TablePlan(
                  new TableSchema(
                      "t", List.of(column("id"), column("n")), List.of("id"), List.of()),
                  null,
                  new VindexSpec("id", "sha256"),
                  "",
                  "",
                  List.of(),
                  true,
                  0)));

  @Test
  void everyConsistentCutIsAStateOfTheSource() {
    int repairs = 0;
    int crashes = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      World world = new World(seed, false);
      world.run();
      repairs += world.repairs;
      crashes += world.crashes;
    }
    assertThat(repairs).isGreaterThan(SEEDS);
    assertThat(crashes).isGreaterThan(SEEDS);
  }

  /** The test sees what it is there for: a snapshot older than the place of its rows. */
  @Test
  void aSnapshotFromBeforeThePositionIsFound() {
    for (long seed = 0; seed < SEEDS; seed++) {
      try {
        new World(seed, true).run();
      } catch (AssertionError e) {
        return;
      }
    }
    fail("no seed found rows that were older than their place");
  }

  /** Source, journal and target of one seed. */
  private static final class World implements SourceEvents, MarkerWriter, Repairs {

    private static final String UUID = "11111111-1111-1111-1111-111111111111";

    private final Random random;
    private final long seed;
    private final boolean stale;
    private final FakeJournal journal = new FakeJournal();
    private final RowRouter router = new RowRouter(PLAN, STREAM);

    /** Rows of the source after each transaction. */
    private final List<Map<Long, Long>> states = new ArrayList<>();

    private final List<List<SourceEvent>> log = new ArrayList<>();
    private int polled;
    private SourceEvent connected;
    private StreamCore core;

    private final Map<String, Map<Long, Set<Integer>>> asked = new LinkedHashMap<>();
    private final List<Map<Long, Long>> shards = List.of(new TreeMap<>(), new TreeMap<>());
    private final Map<Long, String> damaged = new HashMap<>();
    private int applied;
    private boolean consistent;
    private long values;
    private int repairs;
    private int crashes;

    private World(long seed, boolean stale) {
      this.seed = seed;
      this.random = new Random(seed);
      this.stale = stale;
      states.add(new TreeMap<>());
      begin();
    }

    private void begin() {
      core =
          new StreamCore(
              STREAM,
              new StreamPorts(
                  this,
                  journal,
                  new FakeSlices(0),
                  this,
                  router,
                  new StreamListener() {},
                  () -> true,
                  Clock.systemUTC(),
                  PausePoints.off(),
                  DdlPolicy.STOP,
                  this),
              new CutPolicy(1_000, Duration.ZERO, Duration.ZERO, 1_000_000),
              "beat");
      core.start();
    }

    private void run() {
      try {
        for (int i = 0; i < STEPS; i++) {
          step();
        }
        settle();
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }

    private void step() {
      switch (random.nextInt(32)) {
        case 0, 1, 2, 3, 4, 5 -> write();
        case 6, 7, 8, 9 -> damage();
        case 10 -> crash();
        default -> {
          core.step();
          apply();
        }
      }
    }

    private void settle() {
      int idle = 0;
      for (int i = 0; i < 10_000 && idle < 3; i++) {
        idle = core.step() ? 0 : idle + 1;
        apply();
      }
      assertThat(core.consistent()).isTrue();
      assertThat(damaged).isEmpty();
      assertThat(journal.lastCut().repaired()).containsAll(asked.keySet());
      compare(states.get(states.size() - 1));
    }

    private void crash() {
      crashes++;
      journal.crash();
      begin();
    }

    private void write() {
      Map<Long, Long> rows = new TreeMap<>(states.get(states.size() - 1));
      List<SourceEvent> events = new ArrayList<>();
      for (int i = 0; i <= random.nextInt(3); i++) {
        long id = random.nextInt(KEYS);
        int pos = 10 + i;
        Long old = rows.get(id);
        if (old == null) {
          rows.put(id, ++values);
          events.add(FakeServer.insert(pos, id, values));
        } else if (random.nextBoolean()) {
          rows.put(id, ++values);
          events.add(FakeServer.update(pos, new Object[] {id, old}, new Object[] {id, values}));
        } else {
          rows.remove(id);
          events.add(FakeServer.delete(pos, id, old));
        }
      }
      commit(events, rows);
    }

    private void commit(List<? extends SourceEvent> rows, Map<Long, Long> after) {
      String gtid = UUID + ":" + states.size();
      List<SourceEvent> events = new ArrayList<>();
      events.add(new SourceEvent.Begin(gtid, executed(), "binlog.000001", states.size() * 1000L));
      events.addAll(rows);
      events.add(new SourceEvent.End(gtid, states.size()));
      log.add(events);
      states.add(after);
    }

    private String executed() {
      return states.size() == 1 ? "" : UUID + ":1-" + (states.size() - 1);
    }

    private static int transactions(String gtidSet) {
      return gtidSet.isEmpty() ? 0 : Integer.parseInt(gtidSet.replaceAll(".*[-:]", ""));
    }

    /** Somebody breaks rows of the target; all that hold a wrong row are named in one request. */
    private void damage() {
      if (!consistent || !damaged.isEmpty()) {
        return;
      }
      Map<Long, Set<Integer>> keys = new LinkedHashMap<>();
      for (int i = 0; i <= random.nextInt(3); i++) {
        long id = random.nextInt(KEYS);
        Map<Long, Long> shard = shards.get(random.nextInt(2));
        if (random.nextBoolean()) {
          shard.put(id, -1L);
        } else {
          shard.remove(id);
        }
        keys.put(id, new HashSet<>());
      }
      String id = "repair" + asked.size();
      keys.forEach(
          (key, holders) -> {
            for (int partition = 0; partition < 2; partition++) {
              if (shards.get(partition).containsKey(key)) {
                holders.add(partition);
              }
            }
            damaged.put(key, id);
          });
      asked.put(id, keys);
    }

    private void apply() {
      for (; applied < journal.cuts.size(); applied++) {
        Cut cut = journal.cuts.get(applied);
        for (OffsetRange range : cut.ranges()) {
          for (long i = range.first(); i < range.end(); i++) {
            Change change = journal.partitions.get(range.partition()).get((int) i).change();
            Map<Long, Long> shard = shards.get(range.partition());
            if (change.op() == Op.DELETE) {
              shard.remove((Long) change.key()[0]);
            } else {
              shard.put((Long) change.key()[0], (Long) change.after()[1]);
            }
          }
        }
        if (cut.kind() == CutKind.REPAIR) {
          repairs++;
          assertThat(cut.consistent()).isFalse();
        }
        consistent = cut.consistent();
        if (consistent) {
          damaged.values().removeIf(cut.repaired()::contains);
          compare(states.get(transactions(cut.gtidSet())));
        }
      }
    }

    /** Rows that were broken and have not been repaired may be anything. */
    private void compare(Map<Long, Long> source) {
      for (long id = 0; id < KEYS; id++) {
        if (damaged.containsKey(id)) {
          continue;
        }
        int right = router.partition(0, new Object[] {id, 0L});
        assertThat(shards.get(right).get(id)).as("row %d", id).isEqualTo(source.get(id));
        assertThat(shards.get(1 - right)).as("the other shard").doesNotContainKey(id);
      }
    }

    @Override
    public String next(Collection<String> done) {
      return asked.keySet().stream().filter(id -> !done.contains(id)).findFirst().orElse(null);
    }

    @Override
    public Set<String> stillAsked(Collection<String> done) {
      return done.stream().filter(asked::containsKey).collect(Collectors.toSet());
    }

    @Override
    public List<Found> read(String gtidSet, String id) {
      for (int i = random.nextInt(3); i > 0; i--) {
        // between the position and the snapshot
        write();
      }
      int at = stale ? Math.max(0, transactions(gtidSet) - 1) : states.size() - 1;
      Map<Long, Long> rows = states.get(at);
      List<Found> found = new ArrayList<>();
      asked
          .get(id)
          .forEach(
              (key, holders) -> {
                Set<Integer> wrong = new HashSet<>(holders);
                if (rows.containsKey(key)) {
                  Object[] row = {key, rows.get(key)};
                  int right = router.partition(0, row);
                  wrong.remove(right);
                  found.add(new Found(0, right, new Object[] {key}, row));
                }
                wrong.forEach(p -> found.add(new Found(0, p, new Object[] {key}, null)));
              });
      return found;
    }

    @Override
    public Map<String, String> present(Runnable whileUnchanged) {
      whileUnchanged.run();
      return Map.of("gtids", executed());
    }

    @Override
    public boolean denied() {
      return false;
    }

    @Override
    public void start(Map<String, String> engineOffset) {
      polled = transactions(engineOffset.get("gtids"));
      connected = new SourceEvent.Connected(engineOffset.get("gtids"));
    }

    @Override
    public List<SourceEvent> poll() {
      if (connected != null) {
        List<SourceEvent> first = List.of(connected);
        connected = null;
        return first;
      }
      return polled < log.size() ? log.get(polled++) : List.of();
    }

    @Override
    public String write(String kind) {
      String token = kind + states.size();
      commit(
          List.of(new SourceEvent.MarkerRow(token, kind)),
          new TreeMap<>(states.get(states.size() - 1)));
      return token;
    }

    @Override
    public void close() {}
  }
}
