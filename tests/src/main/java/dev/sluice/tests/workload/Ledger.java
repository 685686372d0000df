package dev.sluice.tests.workload;

import dev.sluice.tests.sample.ConnectionSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Everything that a {@link LedgerWriter} had acknowledged when it ended. Immutable. */
public final class Ledger {

  private static final int KEYS_A_QUERY = 200;

  private final List<LedgerTable> tables;
  private final List<LedgerPart> parts;
  private final GtidCounts gtids;

  Ledger(List<LedgerTable> tables, List<LedgerPart> parts, GtidCounts gtids) {
    this.tables = tables;
    this.parts = List.copyOf(parts);
    this.gtids = gtids;
  }

  public List<LedgerTable> tables() {
    return tables;
  }

  /** GTIDs of acknowledged transactions. */
  public GtidCounts gtids() {
    return gtids;
  }

  /** Keys of the table that the ledger remembers. */
  public int keys(LedgerTable table) {
    return parts.stream().mapToInt(part -> part.rows(table).size()).sum();
  }

  /** Reads every remembered key of all tables from one server. */
  public LedgerReport check(ConnectionSource server) throws SQLException {
    return check(List.of(server), table -> true);
  }

  /** Reads every remembered key of the moved tables from all shards together. */
  public LedgerReport checkMoved(Collection<ConnectionSource> shards) throws SQLException {
    return check(shards, LedgerTable::moved);
  }

  private LedgerReport check(Collection<ConnectionSource> servers, Predicate<LedgerTable> wanted)
      throws SQLException {
    LedgerReport report = new LedgerReport();
    List<Connection> connections = new ArrayList<>();
    try {
      for (ConnectionSource server : servers) {
        connections.add(server.openUtc());
      }
      for (LedgerTable table : tables) {
        if (wanted.test(table)) {
          for (LedgerPart part : parts) {
            checkPart(table, part, connections, report);
          }
        }
      }
    } finally {
      for (Connection connection : connections) {
        connection.close();
      }
    }
    return report;
  }

  private static void checkPart(
      LedgerTable table, LedgerPart part, List<Connection> connections, LedgerReport report)
      throws SQLException {
    Map<String, RowWrite> unclear = new HashMap<>();
    part.unclear().stream()
        .filter(w -> w.table().equals(table))
        .forEach(w -> unclear.put(w.key(), w));
    List<String> keys = new ArrayList<>(part.rows(table).keySet());
    unclear.keySet().stream().filter(key -> !part.rows(table).containsKey(key)).forEach(keys::add);
    for (int from = 0; from < keys.size(); from += KEYS_A_QUERY) {
      List<String> some = keys.subList(from, Math.min(keys.size(), from + KEYS_A_QUERY));
      Map<String, List<String[]>> found = new HashMap<>();
      for (Connection connection : connections) {
        read(connection, table, some, found);
      }
      for (String key : some) {
        judge(
            table,
            key,
            part.rows(table).get(key),
            unclear.get(key),
            found.getOrDefault(key, List.of()),
            report);
      }
    }
  }

  private static void read(
      Connection connection,
      LedgerTable table,
      List<String> keys,
      Map<String, List<String[]>> found)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(LedgerSql.select(table, keys.size()))) {
      int parameter = 1;
      for (String key : keys) {
        for (String value : key.split("\u001f", -1)) {
          select.setString(parameter++, value);
        }
      }
      try (ResultSet result = select.executeQuery()) {
        while (result.next()) {
          String[] row = LedgerSql.row(table, result);
          found.computeIfAbsent(table.key(row), unused -> new ArrayList<>()).add(row);
        }
      }
    }
  }

  private static void judge(
      LedgerTable table,
      String key,
      String[] acknowledged,
      RowWrite unclear,
      List<String[]> found,
      LedgerReport report) {
    report.checked();
    if (found.size() > 1) {
      report.add(LedgerReport.Kind.DOUBLED, table.name(), key, found.size() + " copies");
      return;
    }
    String[] row = found.isEmpty() ? null : found.get(0);
    if (Arrays.equals(row, acknowledged)
        || (unclear != null && Arrays.equals(row, unclear.after()))) {
      return;
    }
    if (row == null) {
      report.add(
          LedgerReport.Kind.LOST,
          table.name(),
          key,
          "acknowledged " + Arrays.toString(acknowledged));
    } else if (acknowledged == null) {
      report.add(LedgerReport.Kind.UNDELETED, table.name(), key, "found " + Arrays.toString(row));
    } else {
      report.add(
          LedgerReport.Kind.DIFFERENT,
          table.name(),
          key,
          "acknowledged " + Arrays.toString(acknowledged) + " found " + Arrays.toString(row));
    }
  }
}
