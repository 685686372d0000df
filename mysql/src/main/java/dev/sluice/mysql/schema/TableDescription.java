package dev.sluice.mysql.schema;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.table.TableSchema.UniqueKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A table as information_schema describes it. Immutable.
 *
 * @param schema the MySQL schema it lies in
 * @param type BASE TABLE or VIEW
 * @param engine null for a view
 * @param collation the table's default, null for a view
 * @param estimatedRows the engine's estimate; can be far off
 * @param dataBytes the engine's estimate of the rows' size on disk, without indexes
 * @param partitioned true when the table has partitions
 */
public record TableDescription(
    String schema,
    String name,
    String type,
    String engine,
    String collation,
    long estimatedRows,
    long dataBytes,
    boolean partitioned,
    List<ColumnDescription> columns,
    List<KeyDescription> keys) {

  public TableDescription {
    columns = List.copyOf(columns);
    keys = List.copyOf(keys);
  }

  public boolean baseTable() {
    return "BASE TABLE".equals(type);
  }

  public Optional<ColumnDescription> column(String column) {
    return columns.stream().filter(c -> c.name().equals(column)).findFirst();
  }

  public Optional<KeyDescription> key(String keyName) {
    return keys.stream().filter(k -> k.name().equalsIgnoreCase(keyName)).findFirst();
  }

  /**
   * The key that identifies rows: the primary key, else the best unique key over NOT NULL columns.
   */
  public Optional<KeyDescription> identity() {
    return KeyChoice.of(this);
  }

  /**
   * Everything that keeps rows of this table from being carried; empty for a table that can be
   * moved.
   */
  public List<ColumnProblem> problems() {
    List<ColumnProblem> problems = new ArrayList<>();
    columns.forEach(column -> column.problem().ifPresent(problems::add));
    if (identity().isEmpty()) {
      problems.add(KeyChoice.problem(this));
    }
    return List.copyOf(problems);
  }

  /**
   * The table as rows see it.
   *
   * @throws SluiceException VALUE_NOT_CARRIED, naming every column that cannot be carried
   */
  public TableSchema toSchema() {
    List<ColumnProblem> problems = problems();
    if (!problems.isEmpty()) {
      throw new SluiceException(
          ErrorCode.VALUE_NOT_CARRIED,
          "table "
              + schema
              + "."
              + name
              + " cannot be moved: "
              + problems.stream().map(ColumnProblem::toString).collect(Collectors.joining("; ")),
          problems.get(0).remedy());
    }
    KeyDescription identity = identity().orElseThrow();
    return new TableSchema(name, carriedColumns(), identity.columns(), otherUniqueKeys(identity));
  }

  /** Columns that rows carry: all but the generated ones. */
  public List<ColumnSchema> carriedColumns() {
    return columns.stream()
        .filter(column -> !column.generated())
        .flatMap(column -> column.toSchema().stream())
        .toList();
  }

  private List<UniqueKey> otherUniqueKeys(KeyDescription identity) {
    return keys.stream()
        .filter(KeyDescription::unique)
        .filter(key -> !key.name().equals(identity.name()))
        .map(this::uniqueKey)
        .toList();
  }

  private UniqueKey uniqueKey(KeyDescription key) {
    List<String> carried =
        key.columns().stream()
            .filter(name -> column(name).filter(column -> !column.generated()).isPresent())
            .toList();
    boolean whole = key.onWholeColumns() && carried.size() == key.parts().size();
    return new UniqueKey(key.name(), carried, !whole);
  }
}
