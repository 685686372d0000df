package dev.sluice.mysql.schema;

import dev.sluice.mysql.sql.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A server's global variables at one moment. Immutable. */
public final class ServerVariables {

  private final Map<String, String> values;

  public ServerVariables(Map<String, String> values) {
    this.values = Map.copyOf(values);
  }

  public static ServerVariables read(Connection connection) throws SQLException {
    Map<String, String> values = new HashMap<>();
    Queries.list(
        connection,
        "SHOW GLOBAL VARIABLES",
        row -> values.put(row.getString(1), text(row.getString(2))));
    return new ServerVariables(values);
  }

  /** Empty when this version has no such variable. */
  public Optional<String> get(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** The first of the names that this version has: names change between versions. */
  public Optional<String> firstOf(String... names) {
    for (String name : names) {
      if (values.containsKey(name)) {
        return get(name);
      }
    }
    return Optional.empty();
  }

  /** True when the variable exists and is ON or 1. */
  public boolean isOn(String name) {
    return get(name).filter(value -> value.equalsIgnoreCase("ON") || value.equals("1")).isPresent();
  }

  public ServerVersion version() {
    return ServerVersion.parse(values.getOrDefault("version", ""));
  }

  private static String text(String value) {
    return value == null ? "" : value;
  }
}
