package dev.sluice.mysql.preflight;

import dev.sluice.mysql.schema.ColumnDescription;
import dev.sluice.mysql.schema.TableDescription;
import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.mysql.sql.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Finds rows that will not fit a record. Tables whose columns cannot hold so much are not read; the
 * others are scanned for a bounded time.
 */
final class RowSizeReader {

  /** Bytes of a record that are not the row: key, envelope, position. */
  static final long OVERHEAD = 4_096;

  private static final int SCAN_MILLIS = 2_000;

  /** Scans of all tables together. */
  private static final int TOTAL_MILLIS = 10_000;

  private static final int QUERY_INTERRUPTED = 1317;
  private static final int TIME_EXCEEDED = 3024;

  /** Bytes of a character as it is carried: UTF-8. */
  private static final int UTF8 = 4;

  /** What a column needs that has no length of its own; numbers, times, ENUM members. */
  private static final long SMALL = 255 * UTF8;

  private static final Pattern LENGTH = Pattern.compile("[a-z]+\\((\\d+)\\).*");
  private static final Set<String> BINARY = Set.of("binary", "varbinary", "bit");
  private static final Set<String> BLOBS =
      Set.of("tinyblob", "blob", "mediumblob", "longblob", "geometry", "json", "vector");

  private final Connection connection;
  private final long maxBytes;

  /**
   * @param maxBytes of a record
   */
  RowSizeReader(Connection connection, long maxBytes) {
    this.connection = connection;
    this.maxBytes = Math.max(1, maxBytes - OVERHEAD);
  }

  /** Only tables that could hold larger rows. */
  Map<String, RowSize> read(Map<String, TableDescription> tables) throws SQLException {
    Map<String, RowSize> sizes = new HashMap<>();
    long end = System.nanoTime() + TOTAL_MILLIS * 1_000_000L;
    for (TableDescription table : tables.values()) {
      long possible = table.columns().stream().mapToLong(RowSizeReader::possibleBytes).sum();
      if (table.baseTable() && possible > maxBytes) {
        boolean time = System.nanoTime() - end < 0;
        sizes.put(
            table.name(),
            time ? scan(table, possible) : new RowSize(possible, OptionalLong.empty(), false));
      }
    }
    return sizes;
  }

  private RowSize scan(TableDescription table, long possible) throws SQLException {
    String bytes =
        table.columns().stream()
            .filter(column -> !column.generated())
            .map(RowSizeReader::bytesOf)
            .collect(Collectors.joining(" + "));
    String sql =
        "SELECT /*+ MAX_EXECUTION_TIME("
            + SCAN_MILLIS
            + ") */ MAX(b) FROM (SELECT "
            + bytes
            + " AS b FROM "
            + Identifiers.qualified(table.schema(), table.name())
            + ") s WHERE b > "
            + maxBytes;
    try {
      Optional<String> largest = Queries.text(connection, sql);
      return new RowSize(
          possible,
          largest.map(text -> OptionalLong.of(Long.parseLong(text))).orElse(OptionalLong.empty()),
          true);
    } catch (SQLException e) {
      if (e.getErrorCode() != TIME_EXCEEDED && e.getErrorCode() != QUERY_INTERRUPTED) {
        ServerFactsReader.unknownIfForbidden(e);
      }
      return new RowSize(possible, OptionalLong.empty(), false);
    }
  }

  private static String bytesOf(ColumnDescription column) {
    String name = Identifiers.quote(column.name());
    boolean text = column.charset() != null && !column.charset().startsWith("utf8");
    return "COALESCE(LENGTH(" + (text ? "CONVERT(" + name + " USING utf8mb4)" : name) + "), 0)";
  }

  /** An upper bound. */
  static long possibleBytes(ColumnDescription column) {
    String type = column.dataType();
    long bytes =
        switch (type) {
          case "tinytext", "tinyblob" -> 255L;
          case "text", "blob" -> 65_535L;
          case "mediumtext", "mediumblob" -> 16_777_215L;
          case "longtext",
              "longblob",
              "json",
              "geometry",
              "point",
              "linestring",
              "polygon",
              "multipoint",
              "multilinestring",
              "multipolygon",
              "geomcollection",
              "geometrycollection" ->
              4_294_967_295L;
          default -> declared(column);
        };
    boolean widens = !BLOBS.contains(type) && !BINARY.contains(type);
    return widens && type.endsWith("text") ? bytes * UTF8 : bytes;
  }

  private static long declared(ColumnDescription column) {
    if (column.dataType().equals("enum") || column.dataType().equals("set")) {
      return (long) column.columnType().length() * UTF8;
    }
    Matcher length = LENGTH.matcher(column.columnType().toLowerCase(Locale.ROOT));
    return length.matches() ? Long.parseLong(length.group(1)) * UTF8 : SMALL;
  }
}
