package dev.sluice.mysql.digest;

import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.KeyRange;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.table.ValueKind;
import dev.sluice.schemas.vindex.VindexSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/**
 * The statements that digest one table on one shard. Immutable.
 *
 * <p>A row's digest is SHA-256 of its canonical text: its columns in the order of the source, each
 * as {@link ColumnDigest} says. A set of rows has their exclusive-or and their number: the order
 * does not count, and two sets that differ agree with a chance of 2^-128 or less. A row that the
 * server cannot digest (a text that grows over max_allowed_packet, say) ends its statement with
 * error 1690: it is never left out.
 */
public final class TableDigests {

  /** Bytes of a digest from servers before 8.0, which have no exclusive-or of strings. */
  private static final int NARROW_HEX = 32;

  private static final String UNION = " UNION ALL ";

  private final String from;
  private final List<ColumnDigest> columns = new ArrayList<>();
  private final List<ColumnDigest> key = new ArrayList<>();
  private final List<String> keyNames;
  private final boolean wide;
  private final String misplaced;

  /**
   * @param schema the MySQL schema of the shard
   * @param mine the table on this side
   * @param other the table on the other side
   * @param order names of the columns compared, in one order for both sides
   * @param keyColumns the key in one order for both sides
   * @param wide true for servers from 8.0 on
   * @param mixed true when the servers of the two sides are of different versions
   * @param vindex null when this side has one shard
   * @param range of the shard
   * @throws SluiceException TARGET_SCHEMA_MISMATCH when one side lacks a column
   */
  public TableDigests(
      String schema,
      TableSchema mine,
      TableSchema other,
      List<String> order,
      List<String> keyColumns,
      boolean wide,
      boolean mixed,
      VindexSpec vindex,
      KeyRange range) {
    this.from = " FROM " + Identifiers.qualified(schema, mine.name());
    this.wide = wide;
    for (String column : order) {
      columns.add(new ColumnDigest(of(mine, column), of(other, column), mixed));
    }
    for (String column : keyColumns) {
      key.add(new ColumnDigest(of(mine, column), of(other, column), mixed));
    }
    this.keyNames = keyColumns.stream().map(Identifiers::quote).toList();
    this.misplaced =
        vindex == null || range.isFull() ? "0" : misplaced(mine.column(vindex.column()), range);
  }

  private static ColumnSchema of(TableSchema table, String column) {
    return table.columns().stream()
        .filter(known -> known.name().equals(column))
        .findFirst()
        .orElseThrow(
            () ->
                new SluiceException(
                    ErrorCode.TARGET_SCHEMA_MISMATCH,
                    "table " + table.name() + " has no column " + column + " on one of the sides",
                    "give both sides the same columns, then resume the VDiff"));
  }

  /** The vindex's hash, as {@code dev.sluice.schemas.vindex.CanonicalText} defines its text. */
  private static String misplaced(ColumnSchema column, KeyRange range) {
    String name = Identifiers.quote(column.name());
    String text =
        switch (column.kind()) {
          case TEXT -> "CAST(CONVERT(" + name + " USING utf8mb4) AS BINARY)";
          // the sum has no zeros in front, which ZEROFILL and YEAR have
          case INTEGER, DECIMAL, YEAR -> "(" + name + " + 0)";
          default -> name;
        };
    String hash = "SHA2(" + text + ", 256)";
    StringJoiner inside = new StringJoiner(" AND ");
    if (!range.start().isEmpty()) {
      inside.add(hash + " >= '" + range.start() + "'");
    }
    if (!range.end().isEmpty()) {
      inside.add(hash + " < '" + range.end() + "'");
    }
    return "IF(" + inside + ", 0, 1)";
  }

  /** True when both sides order the key alike, so that ranges of it hold the same keys. */
  public boolean ordered() {
    return key.stream().allMatch(ColumnDigest::sameOrder);
  }

  /**
   * Number, rows, digest and misplaced rows of each range: one row each. All ranges are read in one
   * statement and, other than {@link #buckets}, without a row of them being put anywhere.
   *
   * @param ranges numbered from 0
   * @param without keys, as literals of this side, that are left out
   */
  public String ranges(List<KeyBounds> ranges, Collection<List<String>> without) {
    String digests = ", COUNT(*), " + digestOfSet() + ", SUM(" + misplaced + ")" + from;
    StringJoiner all = new StringJoiner(UNION);
    for (int i = 0; i < ranges.size(); i++) {
      all.add("SELECT " + i + digests + where(ranges.get(i), without, List.of()));
    }
    return all.toString();
  }

  /**
   * Number, rows, digest and misplaced rows of each bucket of each range; empty ones are left out.
   *
   * @param buckets of each range: bucket {@code b} of range {@code r} has the number {@code r *
   *     buckets + b}
   */
  public String buckets(List<KeyBounds> ranges, Collection<List<String>> without, int buckets) {
    String digests = ", COUNT(*), " + digestOfSet() + ", SUM(" + misplaced + ")" + from;
    StringJoiner all = new StringJoiner(UNION);
    for (int i = 0; i < ranges.size(); i++) {
      all.add(
          "SELECT "
              + (long) i * buckets
              + " + "
              + bucket(buckets)
              + digests
              + where(ranges.get(i), without, List.of())
              // by place: any name could be a column's
              + " GROUP BY 1");
    }
    return all.toString();
  }

  /**
   * Key texts, digest (hexadecimal) and misplaced (0 or 1) of the rows of some buckets.
   *
   * @param buckets of each range, numbered as {@link #buckets} does
   * @param wanted numbers of buckets, at least one
   */
  public String rows(
      List<KeyBounds> ranges,
      Collection<List<String>> without,
      int buckets,
      Collection<Integer> wanted) {
    StringJoiner all = new StringJoiner(UNION);
    for (int i = 0; i < ranges.size(); i++) {
      int range = i;
      String ofRange =
          wanted.stream()
              .filter(number -> number / buckets == range)
              .map(number -> String.valueOf(number % buckets))
              .collect(Collectors.joining(", "));
      if (!ofRange.isEmpty()) {
        List<String> condition =
            buckets == 1 ? List.of() : List.of(bucket(buckets) + " IN (" + ofRange + ")");
        all.add(selectRow() + from + where(ranges.get(i), without, condition));
      }
    }
    return all.toString();
  }

  /** The same of rows by their keys, as literals of this side. */
  public String rowsOf(Collection<List<String>> keys) {
    return selectRow() + from + " WHERE " + anyOf(keys);
  }

  /** Key texts of the row that ends the next range of so many rows; no row when fewer are left. */
  public String bound(List<String> after, long rows) {
    return "SELECT "
        + keyTexts()
        + from
        + where(new KeyBounds(after, null), List.of(), List.of())
        + " ORDER BY "
        + String.join(", ", keyNames)
        + " LIMIT 1 OFFSET "
        + (rows - 1);
  }

  /**
   * Key texts, a digest of all columns but JSON, then every column compared as readable text, of
   * rows by their keys, as literals.
   */
  public String shown(Collection<List<String>> keys) {
    StringJoiner values = new StringJoiner(", ");
    columns.forEach(column -> values.add(column.shown()));
    String plain =
        columns.stream()
            .filter(column -> column.column().kind() != ValueKind.JSON)
            .map(ColumnDigest::canonical)
            .collect(Collectors.joining(", ',', "));
    return "SELECT "
        + keyTexts()
        + ", SHA2(CONCAT("
        + plain
        + "), 256), "
        + values
        + from
        + " WHERE "
        + anyOf(keys);
  }

  /**
   * For each key (as literals) whether it lies in one of the ranges: one row of 0 and 1; reads no
   * table.
   */
  public String within(List<KeyBounds> ranges, List<List<String>> keys) {
    StringJoiner answers = new StringJoiner(", ", "SELECT ", "");
    for (List<String> one : keys) {
      StringJoiner any = new StringJoiner(" OR ", "(", ")");
      any.add("FALSE");
      for (KeyBounds range : ranges) {
        List<String> all =
            KeyBounds.conditions(
                one,
                range.after() == null ? null : literals(range.after()),
                range.upTo() == null ? null : literals(range.upTo()));
        any.add(all.isEmpty() ? "TRUE" : "(" + String.join(" AND ", all) + ")");
      }
      answers.add(any.toString());
    }
    return answers.toString();
  }

  /**
   * Key texts, then the key's columns for a request to repair, of rows by their keys (as literals):
   * texts as UTF-8 in hexadecimal, bytes and BIT in hexadecimal, anything else as MySQL prints it.
   */
  public String requestForms(Collection<List<String>> keys) {
    String forms = key.stream().map(ColumnDigest::requestForm).collect(Collectors.joining(", "));
    return "SELECT " + keyTexts() + ", " + forms + from + " WHERE " + anyOf(keys);
  }

  /** Key texts of rows by their keys, as literals. */
  public String keysOf(Collection<List<String>> keys) {
    return "SELECT " + keyTexts() + from + " WHERE " + anyOf(keys);
  }

  /** Number of the key's columns. */
  public int keyWidth() {
    return key.size();
  }

  public List<String> keyColumns() {
    return key.stream().map(part -> part.column().name()).toList();
  }

  /** The columns compared, in order. */
  public List<ColumnSchema> columns() {
    return columns.stream().map(ColumnDigest::column).toList();
  }

  /** A digest of a set cut to what servers of both sides can make. */
  public static String comparable(String digest, boolean bothWide) {
    return bothWide || digest.length() <= NARROW_HEX ? digest : digest.substring(0, NARROW_HEX);
  }

  /** Literals of a key from its texts. */
  public List<String> literals(List<String> keyTexts) {
    List<String> literals = new ArrayList<>();
    for (int i = 0; i < key.size(); i++) {
      literals.add(key.get(i).literal(keyTexts.get(i)));
    }
    return literals;
  }

  private String selectRow() {
    return "SELECT "
        + keyTexts()
        + ", "
        + orFail("SHA2(" + canonical() + ", 256)")
        + ", "
        + misplaced;
  }

  private String keyTexts() {
    return key.stream().map(ColumnDigest::text).collect(Collectors.joining(", "));
  }

  private String canonical() {
    return "CONCAT("
        + columns.stream().map(ColumnDigest::canonical).collect(Collectors.joining(", ',', "))
        + ")";
  }

  private String digestOfSet() {
    String hash = "SHA2(" + canonical() + ", 256)";
    if (wide) {
      return "HEX(BIT_XOR(" + orFail("UNHEX(" + hash + ")") + "))";
    }
    return "CONCAT(" + lane(hash, 1) + ", " + lane(hash, 17) + ")";
  }

  private String lane(String hash, int first) {
    return "LPAD(HEX(BIT_XOR(CAST(CONV(SUBSTRING("
        + orFail(hash)
        + ", "
        + first
        + ", 16), 16, 10) AS UNSIGNED))), 16, '0')";
  }

  /** BIT_XOR would pass over a NULL without a word. */
  private String orFail(String expression) {
    return "IFNULL(" + expression + ", CAST(EXP(999 + LENGTH(" + keyNames.get(0) + ")) AS BINARY))";
  }

  private String bucket(int buckets) {
    return "CRC32(CONCAT_WS(',', " + keyTexts() + ")) % " + buckets;
  }

  private String where(
      KeyBounds bounds, Collection<List<String>> without, List<String> furtherConditions) {
    List<String> conditions =
        new ArrayList<>(
            KeyBounds.conditions(
                keyNames,
                bounds.after() == null ? null : literals(bounds.after()),
                bounds.upTo() == null ? null : literals(bounds.upTo())));
    if (!without.isEmpty()) {
      conditions.add("NOT (" + anyOf(without) + ")");
    }
    conditions.addAll(furtherConditions);
    return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
  }

  /** A condition that holds for these keys. */
  private String anyOf(Collection<List<String>> keys) {
    if (key.size() == 1) {
      return keyNames.get(0)
          + " IN ("
          + keys.stream().map(one -> one.get(0)).collect(Collectors.joining(", "))
          + ")";
    }
    StringJoiner any = new StringJoiner(" OR ", "(", ")");
    for (List<String> literals : keys) {
      StringJoiner all = new StringJoiner(" AND ", "(", ")");
      for (int i = 0; i < key.size(); i++) {
        all.add(keyNames.get(i) + " = " + literals.get(i));
      }
      any.add(all.toString());
    }
    return any.toString();
  }
}
