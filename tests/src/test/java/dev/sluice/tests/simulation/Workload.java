package dev.sluice.tests.simulation;

import dev.sluice.capture.stream.SourceEvent;
import dev.sluice.schemas.workflow.Direction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What applications write: inserts, updates of values, keys, vindex columns and unique values
 * (swapped and handed on), deletes, rows that move between source shards. Not thread-safe.
 */
final class Workload {

  private static final int IDS = 14;
  private static final int VALUES = 8;
  private static final int NUMBERS = 4;
  private static final int ECHO_ROWS = 3;

  private final Chance chance;
  private final Tables tables;
  private final List<FakeServer> servers;
  private final boolean movesBetweenSources;

  /** Ids and unique values that left for another source shard: never used again where they were. */
  private final Set<Long> goneIds = new HashSet<>();

  private final Set<Long> goneValues = new HashSet<>();

  /** Rows on their way to a source shard, by that. */
  private final List<Deque<Object[]>> travelling = new ArrayList<>();

  /** Keys of rows that have arrived elsewhere and are still to be deleted, by source shard. */
  private final List<Set<Key>> leaving = new ArrayList<>();

  private long versions;

  /**
   * @param movesBetweenSources rows leave source shards for others
   */
  Workload(Chance chance, Tables tables, List<FakeServer> servers, boolean movesBetweenSources) {
    this.chance = chance;
    this.tables = tables;
    this.servers = servers;
    this.movesBetweenSources = movesBetweenSources;
    servers.forEach(
        server -> {
          travelling.add(new ArrayDeque<>());
          leaving.add(new HashSet<>());
        });
  }

  /** Rows that are there before anything else. */
  void fill(FakeServer server, int rows) {
    for (int i = 0; i < rows; i++) {
      SourceDraft draft = new SourceDraft(server);
      insertAccount(draft, server.number);
      insertEntry(draft, server.number);
      draft.commit(null);
    }
    server.waitForExecuted(server.logged());
  }

  /** One transaction of so many operations, most of them on account. */
  void write(FakeServer server, int operations) {
    SourceDraft draft = new SourceDraft(server);
    if (!travelling.get(server.number).isEmpty() && chance.oneIn(2)) {
      arrive(draft, server.number);
    }
    if (chance.oneIn(3)) {
      depart(draft, server.number);
    }
    for (int i = 0; i < operations; i++) {
      operation(draft, server.number);
    }
    draft.commit(sidecar());
  }

  /** An applier of the opposite direction writes rows of its own. */
  void echo(FakeServer server) {
    SourceDraft draft = new SourceDraft(server);
    long id = Tables.ECHO_IDS + own(chance.between(1, ECHO_ROWS), server.number);
    Object[] row = draft.rows(Tables.ACCOUNT).get(new Key(id, 0));
    if (row == null) {
      long home = tables.homeOn(server.number, chance);
      draft.insert(Tables.ACCOUNT, Tables.accountRow(id, null, null, owner(), home, ++versions));
    } else if (chance.oneIn(3)) {
      draft.delete(Tables.ACCOUNT, row);
    } else {
      update(draft, row, Tables.ownerColumn(Tables.ACCOUNT), owner());
    }
    draft.commit(new SourceEvent.CheckpointRow(World.WORKFLOW_UUID, Direction.REVERSE.word()));
  }

  /** Rows on their way between source shards arrive, and are deleted where they were. */
  void finish() {
    for (FakeServer server : servers) {
      while (!travelling.get(server.number).isEmpty()) {
        SourceDraft draft = new SourceDraft(server);
        arrive(draft, server.number);
        draft.commit(null);
      }
    }
    for (FakeServer server : servers) {
      SourceDraft draft = new SourceDraft(server);
      depart(draft, server.number);
      draft.commit(null);
    }
  }

  /** An applier's checkpoint row of another workflow makes no echo of this one. */
  private SourceEvent sidecar() {
    return chance.oneIn(10) ? new SourceEvent.CheckpointRow("another-workflow", "reverse") : null;
  }

  private void operation(SourceDraft draft, int source) {
    switch (chance.below(16)) {
      case 0, 1, 2 -> insertAccount(draft, source);
      case 3 -> deleteAccount(draft);
      case 4, 5 -> updateAccount(draft, Tables.ownerColumn(Tables.ACCOUNT), owner());
      case 6 -> changeId(draft, source);
      case 7 -> takeValue(draft, source, Tables.CODE);
      case 8 -> takeValue(draft, source, Tables.BADGE);
      case 9 -> swap(draft, chance.oneIn(2) ? Tables.CODE : Tables.BADGE);
      case 10 -> handOn(draft, chance.oneIn(2) ? Tables.CODE : Tables.BADGE);
      case 11 -> insertEntry(draft, source);
      case 12 -> deleteEntry(draft);
      case 13 -> changeEntryKey(draft);
      case 14 -> deleteAndInsertAgain(draft);
      default -> leaveOrTouch(draft, source);
    }
  }

  private void insertAccount(SourceDraft draft, int source) {
    long id = own(chance.between(1, IDS), source);
    if (draft.rows(Tables.ACCOUNT).containsKey(new Key(id, 0)) || goneIds.contains(id)) {
      return;
    }
    draft.insert(
        Tables.ACCOUNT,
        Tables.accountRow(
            id,
            freeValue(draft, source, Tables.CODE),
            freeValue(draft, source, Tables.BADGE),
            owner(),
            tables.homeOn(source, chance),
            ++versions));
  }

  private void deleteAccount(SourceDraft draft) {
    Object[] row = any(draft, Tables.ACCOUNT);
    if (row != null) {
      draft.delete(Tables.ACCOUNT, row);
    }
  }

  private void updateAccount(SourceDraft draft, int column, Object value) {
    Object[] row = any(draft, Tables.ACCOUNT);
    if (row != null) {
      update(draft, row, column, value);
    }
  }

  private void update(SourceDraft draft, Object[] row, int column, Object value) {
    draft.update(Tables.ACCOUNT, row, Tables.with(Tables.ACCOUNT, row, column, value, ++versions));
  }

  private void changeId(SourceDraft draft, int source) {
    long id = own(chance.between(1, IDS), source);
    if (!draft.rows(Tables.ACCOUNT).containsKey(new Key(id, 0)) && !goneIds.contains(id)) {
      updateAccount(draft, Tables.ID, id);
    }
  }

  private void takeValue(SourceDraft draft, int source, int column) {
    updateAccount(draft, column, freeValue(draft, source, column));
  }

  /** Two rows exchange a unique value, by way of NULL. */
  private void swap(SourceDraft draft, int column) {
    Object[] one = any(draft, Tables.ACCOUNT);
    Object[] other = any(draft, Tables.ACCOUNT);
    if (one == null || one == other || one[column] == null || other[column] == null) {
      return;
    }
    Object[] without = Tables.with(Tables.ACCOUNT, one, column, null, ++versions);
    draft.update(Tables.ACCOUNT, one, without);
    update(draft, other, column, one[column]);
    update(draft, without, column, other[column]);
  }

  /** One row gives its unique value up and another takes it. */
  private void handOn(SourceDraft draft, int column) {
    Object[] one = any(draft, Tables.ACCOUNT);
    Object[] other = any(draft, Tables.ACCOUNT);
    if (one == null || one == other || one[column] == null) {
      return;
    }
    if (chance.oneIn(2)) {
      draft.delete(Tables.ACCOUNT, one);
    } else {
      update(draft, one, column, null);
    }
    update(draft, other, column, one[column]);
  }

  private void insertEntry(SourceDraft draft, int source) {
    long owner = owner();
    long number = own(chance.between(1, NUMBERS), source);
    if (!draft.rows(Tables.ENTRY).containsKey(new Key(owner, number))) {
      draft.insert(
          Tables.ENTRY, Tables.entryRow(owner, number, tables.homeOn(source, chance), ++versions));
    }
  }

  private void deleteEntry(SourceDraft draft) {
    Object[] row = any(draft, Tables.ENTRY);
    if (row != null) {
      draft.delete(Tables.ENTRY, row);
    }
  }

  /** The key holds the vindex column: the row may move to another shard as well. */
  private void changeEntryKey(SourceDraft draft) {
    Object[] row = any(draft, Tables.ENTRY);
    if (row == null) {
      return;
    }
    Object[] after =
        Tables.with(Tables.ENTRY, row, Tables.ownerColumn(Tables.ENTRY), owner(), ++versions);
    Key key = Tables.key(Tables.ENTRY, after);
    Object[] holder = draft.rows(Tables.ENTRY).get(key);
    if (holder == null || holder == row) {
      draft.update(Tables.ENTRY, row, after);
    }
  }

  private void deleteAndInsertAgain(SourceDraft draft) {
    Object[] row = any(draft, Tables.ACCOUNT);
    if (row != null) {
      draft.delete(Tables.ACCOUNT, row);
      draft.insert(
          Tables.ACCOUNT,
          Tables.with(
              Tables.ACCOUNT, row, Tables.ownerColumn(Tables.ACCOUNT), owner(), ++versions));
    }
  }

  private void leaveOrTouch(SourceDraft draft, int source) {
    Object[] row = any(draft, Tables.ACCOUNT);
    if (row == null) {
      return;
    }
    if (tables.sources == 1 || !movesBetweenSources) {
      update(draft, row, Tables.ownerColumn(Tables.ACCOUNT), row[Tables.ownerColumn(0)]);
      return;
    }
    int to = (source + chance.between(1, tables.sources - 1)) % tables.sources;
    goneIds.add((Long) row[Tables.ID]);
    for (int column : new int[] {Tables.CODE, Tables.BADGE}) {
      if (row[column] != null) {
        goneValues.add((Long) row[column]);
      }
    }
    travelling.get(to).add(row);
    if (chance.oneIn(2)) {
      draft.delete(Tables.ACCOUNT, row);
    } else {
      // deleted only when it has arrived
      leaving.get(source).add(Tables.key(Tables.ACCOUNT, row));
    }
  }

  private void arrive(SourceDraft draft, int source) {
    // what is still here of rows that left may have the newcomer's key or values
    depart(draft, source);
    Object[] row = travelling.get(source).remove();
    draft.insert(
        Tables.ACCOUNT,
        Tables.with(
            Tables.ACCOUNT,
            row,
            Tables.homeColumn(Tables.ACCOUNT),
            tables.homeOn(source, chance),
            ++versions));
  }

  private void depart(SourceDraft draft, int source) {
    for (Key key : leaving.get(source)) {
      Object[] row = draft.rows(Tables.ACCOUNT).get(key);
      if (row != null) {
        draft.delete(Tables.ACCOUNT, row);
      }
    }
    leaving.get(source).clear();
  }

  private Long freeValue(SourceDraft draft, int source, int column) {
    if (chance.oneIn(4)) {
      return null;
    }
    Long value = own(chance.between(1, VALUES), source);
    return goneValues.contains(value) || draft.holders(column).containsKey(value) ? null : value;
  }

  /** Each source shard has numbers of its own, so that rows of two shards never clash for good. */
  private long own(int number, int source) {
    return (long) number * tables.sources + source;
  }

  private long owner() {
    return chance.between(1, Tables.OWNERS);
  }

  private Object[] any(SourceDraft draft, int table) {
    Map<Key, Object[]> rows = draft.rows(table);
    if (table == Tables.ACCOUNT) {
      rows = new TreeMap<>(draft.rows(table).headMap(new Key(Tables.ECHO_IDS, 0), false));
      rows.keySet().removeAll(leaving.get(draft.source()));
    }
    return rows.isEmpty() ? null : chance.of(new ArrayList<>(rows.values()));
  }
}
