package dev.sluice.tests.simulation;

import dev.sluice.capture.stream.SourceEvent;
import dev.sluice.mysql.gtid.GtidSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A source server: a transaction is in the binary log first, shown by the engine later, and in the
 * executed set later still; the three are counted apart. Not thread-safe.
 */
final class FakeServer {

  /** A row as it was from one transaction on, until another one. */
  private static final class Image {
    private final Object[] row;
    private long until = Long.MAX_VALUE;

    private Image(Object[] row) {
      this.row = row;
    }
  }

  final int number;
  final String uuid;
  private final SimulatedClock clock;
  private final List<SourceTransaction> log = new ArrayList<>();
  private final Map<Long, Image> images = new HashMap<>();

  /** As of the newest transaction in the log. */
  private final List<NavigableMap<Key, Object[]>> head = new ArrayList<>();

  /** As the engine shows it. */
  private final List<NavigableMap<Key, Object[]>> visible = new ArrayList<>();

  private int visibleCount;
  private int executedCount;
  private int tokens;

  FakeServer(int number, SimulatedClock clock) {
    this.number = number;
    this.uuid = "00000000-0000-0000-0000-00000000000" + (number + 1);
    this.clock = clock;
    for (int table = 0; table < Tables.COUNT; table++) {
      head.add(new TreeMap<>());
      visible.add(new TreeMap<>());
    }
  }

  static String gtidSet(String uuid, long executed) {
    if (executed == 0) {
      return "";
    }
    return executed == 1 ? uuid + ":1" : uuid + ":1-" + executed;
  }

  /** How many transactions, from the first on, a set of this server's holds. */
  int count(String gtidSet) {
    return Math.toIntExact(GtidSet.parse(gtidSet).count());
  }

  NavigableMap<Key, Object[]> head(int table) {
    return head.get(table);
  }

  int logged() {
    return log.size();
  }

  /** By its GTID's number. */
  SourceTransaction transaction(long transactionNumber) {
    return log.get((int) transactionNumber - 1);
  }

  /** Appends to the binary log; {@link SourceDraft} has changed {@link #head} already. */
  SourceTransaction append(SourceEvent sidecar, List<RowWrite> writes) {
    SourceTransaction transaction =
        new SourceTransaction(log.size() + 1, sidecar, List.copyOf(writes), clock.millis());
    log.add(transaction);
    for (RowWrite write : writes) {
      if (write.before() != null) {
        images.get(Tables.version(write.table(), write.before())).until = transaction.number();
      }
      if (write.after() != null) {
        images.put(Tables.version(write.table(), write.after()), new Image(write.after()));
      }
    }
    return transaction;
  }

  /** The number of the transaction that ended this row image; very large while it stands. */
  long endOf(int table, Object[] row) {
    Image image = images.get(Tables.version(table, row));
    return image == null || !java.util.Arrays.equals(image.row, row) ? -1 : image.until;
  }

  /** Writes and commits a marker; answers its token. */
  String writeMarker(String kind) {
    String token = "token-" + number + "-" + ++tokens;
    append(new SourceEvent.MarkerRow(token, kind), List.of());
    return token;
  }

  void writeHeartbeat(String id) {
    append(new SourceEvent.HeartbeatRow(id, "beat-" + ++tokens), List.of());
  }

  /** The engine shows one more transaction, if there is one. */
  void showOne() {
    if (visibleCount < log.size()) {
      for (RowWrite write : log.get(visibleCount++).writes()) {
        apply(visible.get(write.table()), write);
      }
    }
  }

  /** The executed set takes in one more transaction that the engine shows, if there is one. */
  void executeOne() {
    if (executedCount < visibleCount) {
      executedCount++;
    }
  }

  /** WAIT_FOR_EXECUTED_GTID_SET. */
  void waitForExecuted(int transactions) {
    while (executedCount < transactions) {
      showOne();
      executeOne();
    }
  }

  int executed() {
    return executedCount;
  }

  int shown() {
    return visibleCount;
  }

  /** START TRANSACTION WITH CONSISTENT SNAPSHOT. */
  List<NavigableMap<Key, Object[]>> snapshot() {
    List<NavigableMap<Key, Object[]>> copy = new ArrayList<>();
    visible.forEach(table -> copy.add(new TreeMap<>(table)));
    return copy;
  }

  static void apply(Map<Key, Object[]> rows, RowWrite write) {
    if (write.before() != null) {
      rows.remove(Tables.key(write.table(), write.before()));
    }
    if (write.after() != null) {
      rows.put(Tables.key(write.table(), write.after()), write.after());
    }
  }
}
