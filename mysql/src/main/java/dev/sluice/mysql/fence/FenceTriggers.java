package dev.sluice.mysql.fence;

import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The triggers on the moved tables: they never change, what they say is in the gate's row.
 * Immutable, safe to share.
 */
final class FenceTriggers {

  private static final Map<String, String> EVENTS = new LinkedHashMap<>();

  static {
    EVENTS.put("INSERT", "i");
    EVENTS.put("UPDATE", "u");
    EVENTS.put("DELETE", "d");
  }

  /**
   * A trigger as it is to be.
   *
   * @param replaces one of that name is there, with another body
   */
  record Wanted(String name, String table, String create, boolean replaces) {}

  private final FencePlace place;
  private final String gateTable;

  /**
   * @param gateTable the fence table's name, quoted
   */
  FenceTriggers(FencePlace place, String gateTable) {
    this.place = place;
    this.gateTable = gateTable;
  }

  /** Every trigger of the fence that is not there as it is to be. */
  List<Wanted> missing(Connection connection) throws SQLException {
    Map<String, String> present = present(connection);
    List<Wanted> missing = new ArrayList<>();
    for (String table : place.tables()) {
      for (String event : EVENTS.keySet()) {
        String name = name(table, event);
        String there = present.getOrDefault(name, "");
        if (!there.startsWith(table + "\n") || !there.contains(tag(rule(table)))) {
          missing.add(new Wanted(name, table, create(table, event), present.containsKey(name)));
        }
      }
    }
    return missing;
  }

  /** Names of the fence's triggers that are there, on whatever table: tables may be renamed. */
  List<String> names(Connection connection) throws SQLException {
    Map<String, String> present = present(connection);
    List<String> names = new ArrayList<>();
    for (String table : place.tables()) {
      for (String event : EVENTS.keySet()) {
        String name = name(table, event);
        if (present.containsKey(name)) {
          names.add(name);
        }
      }
    }
    return names;
  }

  /** By name: table and body. */
  private Map<String, String> present(Connection connection) throws SQLException {
    Map<String, String> present = new HashMap<>();
    Queries.list(
        connection,
        "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_STATEMENT FROM"
            + " information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = "
            + Literals.string(place.primary().schema())
            + " AND TRIGGER_NAME LIKE 'sluice\\\\_fence\\\\_%'",
        row -> present.put(row.getString(1), row.getString(2) + "\n" + row.getString(3)));
    return present;
  }

  /**
   * Unique by workflow, shard and table within 64 characters, whatever the table's name is: trigger
   * names belong to the schema.
   */
  String name(String table, String event) {
    return "sluice_fence_"
        + FenceLock.hash(place.id() + "/" + table).substring(0, 32)
        + "_"
        + EVENTS.get(event);
  }

  /** The statement that drops a trigger. */
  String drop(String name) {
    return "DROP TRIGGER IF EXISTS " + Identifiers.qualified(place.primary().schema(), name);
  }

  private String create(String table, String event) {
    String schema = place.primary().schema();
    return "CREATE TRIGGER "
        + Identifiers.qualified(schema, name(table, event))
        + " BEFORE "
        + event
        + " ON "
        + Identifiers.qualified(schema, table)
        + " FOR EACH ROW BEGIN "
        + tag(rule(table))
        + " "
        + rule(table)
        + " END";
  }

  /** By this a body is known again: the server shows literals in other words than were given. */
  private static String tag(String rule) {
    return "/* sluice fence " + FenceLock.hash(rule).substring(0, 32) + " */";
  }

  /**
   * A missing gate counts as denied: without it nobody could say on which side writes are allowed.
   * The share lock makes the change of the gate wait for everybody who has passed it, and shows the
   * newest state to old snapshots.
   */
  private String rule(String table) {
    return "IF NOT (@sluice_applier <=> 1) THEN IF COALESCE((SELECT denied FROM "
        + gateTable
        + " WHERE id = "
        + Literals.string(place.id().gate())
        + " LOCK IN SHARE MODE), 1) <> 0 THEN SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 1644,"
        + " MESSAGE_TEXT = "
        + Literals.string(DeniedMessage.of(place.primary().schema(), table, place.workflow()))
        + "; END IF; END IF;";
  }
}
