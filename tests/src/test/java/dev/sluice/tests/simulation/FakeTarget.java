package dev.sluice.tests.simulation;

import dev.sluice.apply.core.StreamPlace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A target shard: two tables with their unique keys, checkpoints, and one transaction at a time.
 * Not thread-safe.
 */
final class FakeTarget {

  final int shard;
  private final List<Map<Key, Object[]>> rows = new ArrayList<>();

  /** Keys of account's rows by unique value: by code, by badge. */
  private final List<Map<Long, Key>> holders = List.of(new HashMap<>(), new HashMap<>());

  /** Rows that are parked, by stream and table. */
  private final List<List<Map<Key, Object[]>>> parked = new ArrayList<>();

  private final StreamPlace[] places;
  private final long[] ownerEpochs;

  /** Rows that somebody else wrote. */
  private final Map<Key, Object[]> foreign = new HashMap<>();

  private final List<Runnable> undo = new ArrayList<>();
  private Object owner;

  FakeTarget(int shard, int streams) {
    this.shard = shard;
    this.places = new StreamPlace[streams];
    this.ownerEpochs = new long[streams];
    for (int stream = 0; stream < streams; stream++) {
      places[stream] = StreamPlace.start(stream);
      parked.add(new ArrayList<>());
      for (int table = 0; table < Tables.COUNT; table++) {
        parked.get(stream).add(new HashMap<>());
      }
    }
    for (int table = 0; table < Tables.COUNT; table++) {
      rows.add(new HashMap<>());
    }
  }

  Map<Key, Object[]> rows(int table) {
    return rows.get(table);
  }

  Map<Key, Object[]> parked(int stream, int table) {
    return parked.get(stream).get(table);
  }

  boolean hasParked() {
    return parked.stream().flatMap(List::stream).anyMatch(rows -> !rows.isEmpty());
  }

  void park(int stream, int table, Object[] row) {
    setParked(stream, table, Tables.key(table, row), row);
  }

  void unpark(int stream, int table, Key key) {
    setParked(stream, table, key, null);
  }

  private void setParked(int stream, int table, Key key, Object[] row) {
    Map<Key, Object[]> rows = parked(stream, table);
    Object[] before = row == null ? rows.remove(key) : rows.put(key, row);
    undo.add(
        () -> {
          if (before == null) {
            rows.remove(key);
          } else {
            rows.put(key, before);
          }
        });
  }

  StreamPlace place(int stream) {
    return places[stream];
  }

  long ownerEpoch(int stream) {
    return ownerEpochs[stream];
  }

  /** A new owner of a stream's checkpoint row; ends whoever holds the row's lock. */
  long takeOver(int stream) {
    rollback();
    return ++ownerEpochs[stream];
  }

  /** True while a transaction is open. */
  boolean busy() {
    return owner != null;
  }

  boolean busyFor(Object session) {
    return owner != null && owner != session;
  }

  void begin(Object session, StreamPlace place) {
    owner = session;
    StreamPlace before = places[place.stream()];
    undo.add(() -> places[place.stream()] = before);
    places[place.stream()] = place;
  }

  /** True while the session's transaction is open. */
  boolean owns(Object session) {
    return owner == session;
  }

  void commit() {
    undo.clear();
    owner = null;
  }

  void rollback() {
    for (int i = undo.size() - 1; i >= 0; i--) {
      undo.get(i).run();
    }
    undo.clear();
    owner = null;
  }

  /** The row with this key; null when there is none. */
  Object[] get(int table, Key key) {
    return rows.get(table).get(key);
  }

  /** The key of some row that fits; null when there is none. */
  Key keyWhere(int table, Predicate<Object[]> fits) {
    return rows.get(table).entrySet().stream()
        .filter(row -> fits.test(row.getValue()))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  /** The key of another row with one of the row's unique values; null when there is none. */
  Key clash(int table, Object[] row) {
    if (table == Tables.ACCOUNT) {
      Key own = Tables.key(table, row);
      for (int unique = 0; unique < holders.size(); unique++) {
        Object value = row[Tables.CODE + unique];
        Key holder = value == null ? null : holders.get(unique).get((Long) value);
        if (holder != null && !holder.equals(own)) {
          return holder;
        }
      }
    }
    return null;
  }

  void put(int table, Object[] row) {
    Key key = Tables.key(table, row);
    if (clash(table, row) != null || rows.get(table).containsKey(key)) {
      throw new IllegalStateException("the fake broke a unique key of its own");
    }
    set(table, key, row);
    undo.add(() -> set(table, key, null));
  }

  void remove(int table, Key key) {
    Object[] row = rows.get(table).get(key);
    if (row != null) {
      set(table, key, null);
      undo.add(() -> set(table, key, row));
    }
  }

  private void set(int table, Key key, Object[] row) {
    Object[] old = row == null ? rows.get(table).remove(key) : rows.get(table).put(key, row);
    if (table != Tables.ACCOUNT) {
      return;
    }
    for (int unique = 0; unique < holders.size(); unique++) {
      if (old != null && old[Tables.CODE + unique] != null) {
        holders.get(unique).remove((Long) old[Tables.CODE + unique]);
      }
      if (row != null && row[Tables.CODE + unique] != null) {
        holders.get(unique).put((Long) row[Tables.CODE + unique], key);
      }
    }
  }

  /** Somebody else writes a row, if the table takes it. */
  void writeForeign(Object[] row) {
    Key key = Tables.key(Tables.ACCOUNT, row);
    if (owner == null && get(Tables.ACCOUNT, key) == null && clash(Tables.ACCOUNT, row) == null) {
      set(Tables.ACCOUNT, key, row);
      foreign.put(key, row);
    }
  }

  /** Somebody puts it right; answers false while a transaction is in the way. */
  boolean removeForeign() {
    if (owner != null) {
      return false;
    }
    foreign.keySet().forEach(key -> set(Tables.ACCOUNT, key, null));
    foreign.clear();
    return true;
  }

  Map<Key, Object[]> foreign() {
    return foreign;
  }
}
