package dev.sluice.tests.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.apply.core.ApplyLimits;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.StackScope;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.avro.util.Utf8;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two streams that say what they like about the same keys and unique values, against a model: what
 * is shown and what is parked together are what both have said, and when they agree nothing is
 * parked. {@code -Dparked.seed=N} runs one seed.
 */
@Tag("apply")
@ExtendWith(SharedStack.class)
class ParkedRowsTest {

  /** The key's collation takes upper and lower case for equal, as applications love to have it. */
  private static final String SEATS =
      "name VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL PRIMARY KEY,"
          + " tenant INT NOT NULL, seat INT NULL, badge VARBINARY(8) NULL, note LONGTEXT NULL,"
          + " UNIQUE KEY by_seat (seat), UNIQUE KEY by_badge (badge, tenant)";

  /** A table without secondary unique keys takes the same way. */
  private static final String PLAIN = "id INT PRIMARY KEY, tenant INT NOT NULL, note TEXT NULL";

  private static final List<Long> LOW = List.of(1L, 3L);
  private static final List<Long> HIGH = List.of(2L, 5L);
  private static final int SOAK_SEEDS = 40;
  private static final int ROUNDS = 60;

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void whatIsShownAndWhatIsParkedIsWhatTheStreamsSaid(long seed, StackScope scope) {
    run(scope, Long.getLong("parked.seed", seed));
  }

  static LongStream soakSeeds() {
    return LongStream.range(1_000, 1_000 + SOAK_SEEDS);
  }

  @ParameterizedTest
  @MethodSource("soakSeeds")
  @Tag("soak")
  void soManyMore(long seed, StackScope scope) {
    run(scope, seed);
  }

  private static void run(StackScope scope, long seed) {
    try (ApplyFixture fixture = new ApplyFixture(scope)) {
      new Run(fixture, seed).run();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
  }

  /** One seed: tables, topics and streams of its own. */
  private static final class Run {
    private final ApplyFixture fixture;
    private final Random random;
    private final String seats;
    private final String plain;
    private final List<TestStream> streams = new ArrayList<>();

    /** By stream and table: what it has said, by key. */
    private final List<Map<String, TreeMap<String, Object[]>>> said = new ArrayList<>();

    private Run(ApplyFixture fixture, long seed) {
      this.fixture = fixture;
      this.random = new Random(seed);
      this.seats = "seats";
      this.plain = "plain";
      fixture.limits(ApplyLimits.defaults().withPiece(1 + random.nextInt(6), 1 << 20));
      fixture.sourceShards("-80", "80-").table(seats, SEATS).table(plain, PLAIN).topics();
      for (int stream = 0; stream < 2; stream++) {
        streams.add(fixture.stream(stream));
        said.add(new TreeMap<>(Map.of(seats, new TreeMap<>(), plain, new TreeMap<>())));
      }
    }

    private void run() {
      for (int stream = 0; stream < 2; stream++) {
        for (int i = random.nextInt(6); i > 0; i--) {
          change(stream);
        }
        streams.get(stream).cut();
        streams.get(stream).consistent().cut();
      }
      ApplyFixture.Running applier = fixture.start();
      for (int round = 0; round < ROUNDS; round++) {
        int stream = random.nextInt(2);
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
          change(stream);
        }
        streams.get(stream).cut();
        if (random.nextInt(15) == 0) {
          settled(applier);
          shownAndParkedIsWhatWasSaid();
        }
        if (random.nextInt(20) == 0) {
          applier.stop();
          applier = fixture.start();
        }
      }
      settled(applier);
      shownAndParkedIsWhatWasSaid();
      assertThat(parked(seats)).as("else the seed is tame").isNotEmpty();
      agree();
      settled(applier);
      awaitNothingParked(applier);
      shownAndParkedIsWhatWasSaid();
    }

    private void change(int stream) {
      String table = random.nextInt(3) == 0 ? plain : seats;
      TreeMap<String, Object[]> rows = said.get(stream).get(table);
      Object[] row = table.equals(plain) ? plainRow(stream) : seatsRow(stream, rows);
      String key = keyOf(row);
      Object[] before = rows.get(key);
      if (before != null && !before[0].equals(row[0])) {
        // another case of the same name: the source's own delete and create
        streams.get(stream).delete(table, before);
        rows.remove(key);
        before = null;
      }
      if (random.nextInt(3) == 0) {
        if (before != null) {
          streams.get(stream).delete(table, before);
          rows.remove(key);
        }
      } else if (before == null) {
        streams.get(stream).create(table, row);
        rows.put(key, row);
      } else {
        streams.get(stream).update(table, row);
        rows.put(key, row);
      }
    }

    private Object[] plainRow(int stream) {
      return new Object[] {
        (long) random.nextInt(6), tenant(stream), text("note" + random.nextInt(9))
      };
    }

    /** A row that the stream's own rows leave room for, as its server would have it. */
    private Object[] seatsRow(int stream, TreeMap<String, Object[]> rows) {
      String name = (random.nextBoolean() ? "Row" : "row") + random.nextInt(8);
      Object[] row = {
        text(name),
        tenant(stream),
        random.nextInt(4) == 0 ? null : (Long) (long) random.nextInt(8),
        random.nextInt(3) == 0 ? null : new byte[] {(byte) random.nextInt(3), 39, 0},
        random.nextInt(3) == 0 ? null : text("it's {a} \\ b\n" + random.nextInt(99))
      };
      for (Object[] other : rows.values()) {
        if (!keyOf(other).equals(keyOf(row))) {
          row[2] = row[2] != null && row[2].equals(other[2]) ? null : row[2];
          row[3] = sameBadge(row, other) ? null : row[3];
        }
      }
      return row;
    }

    private static boolean sameBadge(Object[] one, Object[] other) {
      return one[3] != null
          && other[3] != null
          && one[1].equals(other[1])
          && java.util.Arrays.equals((byte[]) one[3], (byte[]) other[3]);
    }

    private long tenant(int stream) {
      List<Long> tenants = stream == 0 ? LOW : HIGH;
      return tenants.get(random.nextInt(tenants.size()));
    }

    private static Utf8 text(String text) {
      return new Utf8(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String keyOf(Object[] row) {
      return row[0].toString().toLowerCase(Locale.ROOT);
    }

    /** The second stream gives up whatever the first one has, too. */
    private void agree() {
      for (String table : List.of(seats, plain)) {
        TreeMap<String, Object[]> first = said.get(0).get(table);
        TreeMap<String, Object[]> second = said.get(1).get(table);
        for (String key : new TreeSet<>(second.keySet())) {
          Object[] row = second.get(key);
          boolean clash = first.containsKey(key);
          for (Object[] other : first.values()) {
            clash |= table.equals(seats) && row[2] != null && row[2].equals(other[2]);
          }
          if (clash) {
            streams.get(1).delete(table, row);
            second.remove(key);
          }
        }
      }
      streams.get(1).cut();
    }

    private void settled(ApplyFixture.Running applier) {
      long low = streams.get(0).cut();
      long high = streams.get(1).cut();
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(20))
          .until(
              () -> {
                applier.throwFailure();
                return cut("-80") >= low && cut("80-") >= high;
              });
    }

    private long cut(String stream) {
      return fixture.checkpoint(stream).map(c -> c.cut()).orElse(0L);
    }

    private void awaitNothingParked(ApplyFixture.Running applier) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(50))
          .untilAsserted(
              () -> {
                applier.throwFailure();
                assertThat(parked(seats)).isEmpty();
                assertThat(parked(plain)).isEmpty();
              });
    }

    private void shownAndParkedIsWhatWasSaid() {
      for (String table : List.of(seats, plain)) {
        List<String> there = new ArrayList<>(shown(table));
        there.addAll(parked(table));
        List<String> expected =
            said.stream()
                .flatMap(tables -> tables.get(table).values().stream())
                .map(Run::describe)
                .collect(Collectors.toList());
        assertThat(there).as(table).containsExactlyInAnyOrderElementsOf(expected);
      }
    }

    private List<String> shown(String table) {
      String columns =
          table.equals(plain)
              ? "id, tenant, HEX(note)"
              : "HEX(name), tenant, seat, HEX(badge), HEX(note)";
      return fixture.rows("SELECT " + columns + " FROM " + table);
    }

    /** The server itself reads the parked text back. */
    private List<String> parked(String table) {
      List<String> found = new ArrayList<>();
      for (String values :
          fixture.rows(
              "SELECT row_values FROM _sluice.parked WHERE workflow_uuid = '"
                  + fixture.applierId().workflowUuid()
                  + "' AND table_name = '"
                  + table
                  + "'")) {
        String names = "ROW(" + values + ")";
        String columns =
            table.equals(plain)
                ? "column_0, column_1, HEX(column_2)"
                : "HEX(column_0), column_1, column_2, HEX(column_3), HEX(column_4)";
        found.addAll(fixture.rows("SELECT " + columns + " FROM (VALUES " + names + ") one"));
      }
      return found;
    }

    private static String describe(Object[] row) {
      return row.length == 3
          ? row[0] + "|" + row[1] + "|" + hex(row[2])
          : hex(row[0]) + "|" + row[1] + "|" + row[2] + "|" + hex(row[3]) + "|" + hex(row[4]);
    }

    private static String hex(Object value) {
      if (value == null) {
        return "null";
      }
      byte[] bytes =
          value instanceof byte[] binary
              ? binary
              : value.toString().getBytes(StandardCharsets.UTF_8);
      return java.util.HexFormat.of().withUpperCase().formatHex(bytes);
    }
  }
}
