package dev.sluice.vdiff.job;

import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.JournalFollower;
import dev.sluice.schemas.request.Request;
import dev.sluice.schemas.request.RequestWriter;
import dev.sluice.schemas.vdiff.VDiffOrder;
import dev.sluice.vdiff.scan.MoveSides;
import dev.sluice.vdiff.scan.ShardRef;
import dev.sluice.vdiff.scan.ShardScanner;
import dev.sluice.vdiff.scan.TableReader;
import dev.sluice.vdiff.scan.TableSides;
import dev.sluice.vdiff.topology.Outcome.DifferingKey;
import dev.sluice.vdiff.topology.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Asks captures to place rows that differ anew, and waits until they have. Asking twice does no
 * harm. Used by one thread.
 */
final class Repairer {

  private static final int KEYS_OF_A_REQUEST = 2_000;
  private static final int KEYS_AT_ONCE = 200;
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final long POLL_MILLIS = 50;

  private final VDiffContext context;
  private final VDiffOrder order;
  private final MoveSides sides;
  private final MySqlSessions sessions;
  private final RequestWriter requests;

  Repairer(
      VDiffContext context,
      VDiffOrder order,
      MoveSides sides,
      MySqlSessions sessions,
      RequestWriter requests) {
    this.context = context;
    this.order = order;
    this.sides = sides;
    this.sessions = sessions;
    this.requests = requests;
  }

  /**
   * Repairs.
   *
   * @param stopped true when it is to be given up; it can be begun again
   * @return false when it was given up
   * @throws SluiceException VDIFF_MOMENT_LOST, which is retryable, when captures do not do it in
   *     time
   */
  boolean repair(DifferingKeys keys, BooleanSupplier stopped) throws InterruptedException {
    Map<Integer, Cut> last = new ConcurrentHashMap<>();
    try (JournalFollower journal =
        new JournalFollower(
                context.kafka(),
                sides.record().name(),
                sides.direction(),
                sides.read().size(),
                context.codecs().ids(),
                passed -> last.put(passed.stream(), passed.cut()))
            .start()) {
      Map<Integer, Set<String>> asked = ask(keys);
      long end = System.nanoTime() + LIMIT.toNanos();
      while (!done(asked, last)) {
        if (stopped.getAsBoolean()) {
          return false;
        }
        if (System.nanoTime() > end) {
          throw new SluiceException(
              ErrorCode.VDIFF_MOMENT_LOST,
              "the streams have not repaired within " + LIMIT.toMinutes() + " min",
              "look at the streams in the status; it is tried again");
        }
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
      for (Set<String> ids : asked.values()) {
        for (String id : ids) {
          requests.remove(sides.record().name(), Request.Repair.keyOf(id));
        }
      }
      return true;
    }
  }

  private static boolean done(Map<Integer, Set<String>> asked, Map<Integer, Cut> last) {
    return asked.entrySet().stream()
        .allMatch(
            entry -> {
              Cut cut = last.get(entry.getKey());
              return cut != null
                  && cut.consistent()
                  && cut.repaired().containsAll(entry.getValue());
            });
  }

  private Map<Integer, Set<String>> ask(DifferingKeys keys) throws InterruptedException {
    Map<String, TableSides> tables = TableReader.read(sessions, sides, order.tables());
    Map<Integer, Set<String>> asked = new HashMap<>();
    for (String table : order.tables()) {
      List<DifferingKey> differing = keys.of(table);
      if (differing.isEmpty()) {
        continue;
      }
      Map<List<String>, List<String>> forms = forms(tables.get(table), differing);
      for (ShardRef stream : sides.read()) {
        List<Request.Repair.Key> mine = new ArrayList<>();
        for (DifferingKey key : differing) {
          List<String> written = sides.truth() == Side.SOURCE ? key.targets() : key.sources();
          // each stream is asked, also one that has no such row: the broken row may hold a value by
          // which it seems to be that stream's, and nobody else may delete it then
          if (forms.containsKey(key.key())) {
            mine.add(new Request.Repair.Key(forms.get(key.key()), written));
          }
        }
        ask(table, stream, mine, asked);
      }
    }
    return asked;
  }

  private void ask(
      String table, ShardRef stream, List<Request.Repair.Key> keys, Map<Integer, Set<String>> asked)
      throws InterruptedException {
    for (int from = 0; from < keys.size(); from += KEYS_OF_A_REQUEST) {
      String id =
          String.join(
              "/",
              order.uuid(),
              Long.toString(order.repairs()),
              table,
              stream.name(),
              Integer.toString(from));
      requests.write(
          sides.record().name(),
          new Request.Repair(
              sides.record().uuid(),
              id,
              order.uuid(),
              sides.direction(),
              stream.name(),
              table,
              keys.subList(from, Math.min(keys.size(), from + KEYS_OF_A_REQUEST))));
      asked.computeIfAbsent(stream.number(), unused -> new TreeSet<>()).add(id);
    }
  }

  /** The keys in the form of requests, read from whichever shard has them. */
  private Map<List<String>, List<String>> forms(TableSides table, List<DifferingKey> keys) {
    Map<List<String>, List<String>> forms = new LinkedHashMap<>();
    List<List<String>> texts = keys.stream().map(DifferingKey::key).toList();
    for (ShardRef shard : sides.all()) {
      try (ShardScanner scanner = ShardScanner.connect(sessions, shard)) {
        for (int from = 0; from < texts.size(); from += KEYS_AT_ONCE) {
          forms.putAll(
              scanner.requestForms(
                  table, texts.subList(from, Math.min(texts.size(), from + KEYS_AT_ONCE))));
        }
      }
    }
    return forms;
  }
}
