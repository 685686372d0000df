package dev.sluice.tests.simulation;

import dev.sluice.capture.stream.SourceEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/**
 * A source transaction while it is written, with the server's unique keys held against every row:
 * no generated workload may do what MySQL would refuse. Not thread-safe.
 */
final class SourceDraft {

  private final FakeServer server;
  private final List<RowWrite> writes = new ArrayList<>();

  SourceDraft(FakeServer server) {
    this.server = server;
  }

  /** Number of the source shard. */
  int source() {
    return server.number;
  }

  NavigableMap<Key, Object[]> rows(int table) {
    return server.head(table);
  }

  void insert(int table, Object[] row) {
    write(new RowWrite(table, null, row));
  }

  void update(int table, Object[] before, Object[] after) {
    write(new RowWrite(table, before, after));
  }

  void delete(int table, Object[] row) {
    write(new RowWrite(table, row, null));
  }

  private void write(RowWrite write) {
    FakeServer.apply(server.head(write.table()), write);
    writes.add(write);
  }

  int size() {
    return writes.size();
  }

  /** Commits, unless nothing was written. */
  void commit(SourceEvent sidecar) {
    if (!writes.isEmpty()) {
      server.append(sidecar, writes);
    }
  }

  /** Holders of a unique column's values now. */
  Map<Long, Object[]> holders(int column) {
    Map<Long, Object[]> holders = new HashMap<>();
    for (Object[] row : server.head(Tables.ACCOUNT).values()) {
      if (row[column] != null && holders.put((Long) row[column], row) != null) {
        throw new IllegalStateException("the workload broke a unique key");
      }
    }
    return holders;
  }
}
