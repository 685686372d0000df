package dev.sluice.tests.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Compares tables of two sides row by row and column by column, with SQL and JDBC only: nothing of
 * the pipeline takes part. Both sides are streamed in the binary order of the key and merged. The
 * sides must not change meanwhile.
 */
public final class RowComparator {

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private final List<ShardToCompare> source;
  private final List<ShardToCompare> target;

  public RowComparator(List<ShardToCompare> source, List<ShardToCompare> target) {
    this.source = List.copyOf(source);
    this.target = List.copyOf(target);
  }

  /** Compares tables one after the other. */
  public List<TableComparison> compare(List<TableToCompare> tables) throws SQLException {
    List<TableComparison> results = new ArrayList<>();
    for (TableToCompare table : tables) {
      results.add(compare(table));
    }
    return results;
  }

  /** Compares one table. */
  public TableComparison compare(TableToCompare table) throws SQLException {
    TableComparison result = new TableComparison(table.name());
    TableShape shape = TableShape.read(source.get(0).connections(), table);
    try (SideReader left = new SideReader(source, shape, source.size() > 1);
        SideReader right = new SideReader(target, shape, true)) {
      boolean leftThere = left.next();
      boolean rightThere = right.next();
      while (leftThere || rightThere) {
        int order = !leftThere ? 1 : !rightThere ? -1 : left.key().compareTo(right.key());
        if (order < 0) {
          result.missing++;
          result.sample("missing on the target: key " + left.key());
        } else if (order > 0) {
          result.extra++;
          result.sample("extra on " + right.shard() + ": key " + right.key());
        } else {
          compareRow(shape, left, right, result);
        }
        leftThere = order <= 0 ? left.next() : leftThere;
        rightThere = order >= 0 ? right.next() : rightThere;
      }
      result.sourceRows = left.rows();
      result.targetRows = right.rows();
      result.duplicated = left.duplicates() + right.duplicates();
      result.misplaced = left.misplaced() + right.misplaced();
      left.samples().forEach(result::sample);
      right.samples().forEach(result::sample);
    }
    return result;
  }

  private static void compareRow(
      TableShape shape, SideReader left, SideReader right, TableComparison result) {
    for (int i = 0; i < shape.columns().size(); i++) {
      String a = left.value(i);
      String b = right.value(i);
      if (!Objects.equals(a, b) && !(shape.columns().get(i).json() && equalJson(a, b))) {
        result.different++;
        result.sample(
            "different: key "
                + left.key()
                + " column "
                + shape.columns().get(i).name()
                + ": source "
                + a
                + ", "
                + right.shard()
                + " "
                + b);
        return;
      }
    }
  }

  private static boolean equalJson(String a, String b) {
    if (a == null || b == null) {
      return false;
    }
    try {
      return JSON.readTree(a).equals(JSON.readTree(b));
    } catch (JsonProcessingException e) {
      return false;
    }
  }
}
