package dev.sluice.mysql.schema;

import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TypeMapping;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A column as information_schema has it, whether or not it can be carried. Immutable.
 *
 * @param dataType lower case, without length
 * @param columnType the full type
 * @param charset null for columns without one
 * @param collation null for columns without one
 * @param precision of DECIMAL, else 0
 * @param scale of DECIMAL, or fractional digits of a time type
 * @param extra auto_increment, INVISIBLE, VIRTUAL GENERATED and the like
 */
public record ColumnDescription(
    String name,
    String dataType,
    String columnType,
    String charset,
    String collation,
    boolean nullable,
    int precision,
    int scale,
    String extra) {

  private static final Set<String> FOUR_BYTES =
      Set.of("utf8mb4", "utf16", "utf16le", "utf32", "gb18030");

  public boolean unsigned() {
    return columnType.toLowerCase(Locale.ROOT).contains("unsigned") && !hasMembers();
  }

  /** GENERATED ALWAYS AS, virtual or stored; not to be taken for DEFAULT_GENERATED. */
  public boolean generated() {
    return extra.contains("VIRTUAL GENERATED") || extra.contains("STORED GENERATED");
  }

  public boolean autoIncrement() {
    return extra.toLowerCase(Locale.ROOT).contains("auto_increment");
  }

  public boolean invisible() {
    return extra.toUpperCase(Locale.ROOT).contains("INVISIBLE");
  }

  /**
   * The reason why rows cannot carry this column, if there is one; generated columns never have
   * one.
   */
  public Optional<ColumnProblem> problem() {
    if (generated()) {
      return Optional.empty();
    }
    if (TypeMapping.kindOf(dataType, unsigned()).isEmpty()) {
      return Optional.of(
          new ColumnProblem(
              name,
              "type " + columnType + " has no lossless form",
              "change the column's type, or leave the table out of the move"));
    }
    return lostMembers();
  }

  /**
   * Definitions are kept in a character set of three bytes at most, so the server itself shows
   * members with longer characters only with question marks.
   */
  private Optional<ColumnProblem> lostMembers() {
    boolean fourBytes = charset != null && FOUR_BYTES.contains(charset);
    return hasMembers() && fourBytes && columnType.indexOf('?') >= 0
        ? Optional.of(
            new ColumnProblem(
                name,
                "a member of "
                    + columnType
                    + " may hold a character of four bytes, which the server shows as ?",
                "give the column the character set utf8mb3 if its members are as shown, or rename the member"))
        : Optional.empty();
  }

  /** As rows see it; empty where {@link #problem()} is not. */
  public Optional<ColumnSchema> toSchema() {
    boolean big = dataType.equals("bigint") && unsigned();
    return TypeMapping.kindOf(dataType, unsigned())
        .map(
            kind ->
                new ColumnSchema(
                    name,
                    dataType,
                    columnType,
                    kind,
                    big ? 20 : precision,
                    scale,
                    nullable,
                    unsigned(),
                    charset,
                    collation,
                    generated(),
                    autoIncrement()));
  }

  private boolean hasMembers() {
    return dataType.equals("enum") || dataType.equals("set");
  }
}
