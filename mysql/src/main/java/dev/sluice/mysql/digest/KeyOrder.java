package dev.sluice.mysql.digest;

import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.schemas.table.TableSchema;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The SQL that walks a table in the order of its key, range by range. Immutable. */
public final class KeyOrder {

  private final String from;
  private final List<ColumnDigest> key;
  private final List<String> names;

  /**
   * @param schema the MySQL schema of the table
   */
  public KeyOrder(String schema, TableSchema table) {
    this.from = " FROM " + Identifiers.qualified(schema, table.name());
    this.key =
        table.keySchema().stream().map(column -> new ColumnDigest(column, column, false)).toList();
    this.names =
        table.keySchema().stream().map(column -> Identifiers.quote(column.name())).toList();
  }

  /** Number of the key's columns. */
  public int width() {
    return key.size();
  }

  /** Key texts of the row that ends the next range of so many rows; no row when fewer are left. */
  public String bound(List<String> after, long rows) {
    return "SELECT "
        + key.stream().map(ColumnDigest::text).collect(Collectors.joining(", "))
        + from
        + " WHERE "
        + within(new KeyBounds(after, null))
        + " ORDER BY "
        + String.join(", ", names)
        + " LIMIT 1 OFFSET "
        + (rows - 1);
  }

  /** The condition that holds for the rows of a range, whose bounds {@link #bound} has shown. */
  public String within(KeyBounds bounds) {
    List<String> conditions =
        KeyBounds.conditions(names, literals(bounds.after()), literals(bounds.upTo()));
    return conditions.isEmpty() ? "TRUE" : String.join(" AND ", conditions);
  }

  private List<String> literals(List<String> texts) {
    if (texts == null) {
      return null;
    }
    return IntStream.range(0, key.size()).mapToObj(i -> key.get(i).literal(texts.get(i))).toList();
  }
}
