package dev.sluice.mysql.preflight;

import java.util.Arrays;
import java.util.List;

/**
 * What a server leaves out of its binary log ({@code --binlog-do-db}, {@code --binlog-ignore-db}):
 * in row format, by the schema of the table. Immutable.
 *
 * @param only schemas that are logged; empty for all
 * @param ignored schemas that are not logged
 */
public record BinlogFilters(List<String> only, List<String> ignored) {

  public BinlogFilters {
    only = List.copyOf(only);
    ignored = List.copyOf(ignored);
  }

  /** As SHOW BINARY LOG STATUS prints them: names with commas between. */
  public static BinlogFilters parse(String only, String ignored) {
    return new BinlogFilters(names(only), names(ignored));
  }

  private static List<String> names(String list) {
    return list == null
        ? List.of()
        : Arrays.stream(list.split(",")).map(String::strip).filter(n -> !n.isEmpty()).toList();
  }

  /** Whether changes of the schema's tables are in the log. */
  public boolean logs(String schema) {
    return (only.isEmpty() || only.contains(schema)) && !ignored.contains(schema);
  }
}
