package dev.sluice.mysql.sidecar;

import dev.sluice.mysql.sql.Identifiers;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The sidecar's tables: names and columns as users know them. */
enum SidecarTable {
  CHECKPOINT("workflow_uuid, direction, stream, shard") {
    @Override
    void define(Map<String, String> columns) {
      columns.put("workflow_uuid", "CHAR(36)" + ASCII);
      columns.put("direction", "VARCHAR(16)" + ASCII);
      columns.put("stream", "VARCHAR(64)" + ASCII);
      columns.put("shard", "VARCHAR(64)" + ASCII);
      columns.put("workflow", "VARCHAR(128)" + ASCII);
      columns.put("capture_epoch", "BIGINT NOT NULL");
      columns.put("cut", "BIGINT NOT NULL");
      columns.put("journal_offset", "BIGINT NOT NULL");
      columns.put("txn", "BIGINT UNSIGNED NOT NULL");
      columns.put("owner_epoch", "BIGINT NOT NULL");
      columns.put("connection_id", "BIGINT UNSIGNED NOT NULL");
      columns.put("ddl_token", "CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL");
      columns.put("ddl_statement", "LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL");
      columns.put("source_time", "DATETIME(6) NULL");
      columns.put("updated_at", TIME);
    }
  },
  MARKER("id") {
    @Override
    void define(Map<String, String> columns) {
      columns.put("id", "BIGINT UNSIGNED NOT NULL AUTO_INCREMENT");
      columns.put("token", "CHAR(36)" + ASCII);
      columns.put("workflow", "VARCHAR(128)" + ASCII);
      columns.put("kind", "VARCHAR(32)" + ASCII);
      columns.put("written_at", TIME);
    }
  },
  HEARTBEAT("id") {
    @Override
    void define(Map<String, String> columns) {
      columns.put("id", "VARCHAR(190)" + ASCII);
      columns.put("token", "CHAR(36)" + ASCII);
      columns.put("written_at", TIME);
    }
  },
  FENCE("id") {
    @Override
    void define(Map<String, String> columns) {
      columns.put("id", "VARCHAR(190)" + ASCII);
      columns.put("workflow", "VARCHAR(128)" + ASCII);
      columns.put("denied", "TINYINT NOT NULL");
      columns.put("controller_epoch", "BIGINT NOT NULL");
      columns.put("token", "CHAR(36)" + ASCII);
      columns.put("reason", "VARCHAR(1024) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL");
      columns.put("changed_at", TIME);
    }
  },
  PARKED("workflow_uuid, direction, shard, table_name, key_hash, stream") {
    @Override
    void define(Map<String, String> columns) {
      columns.put("workflow_uuid", "CHAR(36)" + ASCII);
      columns.put("direction", "VARCHAR(16)" + ASCII);
      columns.put("shard", "VARCHAR(64)" + ASCII);
      columns.put("table_name", "VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL");
      columns.put("key_hash", "BINARY(32) NOT NULL");
      columns.put("stream", "VARCHAR(64)" + ASCII);
      columns.put("row_key", "LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL");
      columns.put("row_values", "LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL");
      columns.put("parked_at", TIME);
    }
  },
  SEQUENCE("name") {
    @Override
    void define(Map<String, String> columns) {
      columns.put("name", "VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL");
      columns.put("next_id", "BIGINT UNSIGNED NOT NULL");
      columns.put("cache", "INT UNSIGNED NOT NULL");
    }
  };

  private static final String ASCII = " CHARACTER SET ascii COLLATE ascii_bin NOT NULL";
  private static final String TIME = "DATETIME(6) NOT NULL";

  private final String primaryKey;

  SidecarTable(String primaryKey) {
    this.primaryKey = primaryKey;
  }

  abstract void define(Map<String, String> columns);

  String tableName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The table's name with the sidecar's, quoted. */
  String in(String sidecar) {
    return Identifiers.qualified(sidecar, tableName());
  }

  Set<String> columnNames() {
    return columns().keySet();
  }

  String create(String sidecar) {
    StringBuilder sql =
        new StringBuilder("CREATE TABLE IF NOT EXISTS ").append(in(sidecar)).append(" (");
    columns()
        .forEach(
            (name, type) ->
                sql.append(Identifiers.quote(name)).append(' ').append(type).append(", "));
    return sql.append("PRIMARY KEY (")
        .append(primaryKey)
        .append(")) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4")
        .toString();
  }

  private Map<String, String> columns() {
    Map<String, String> columns = new LinkedHashMap<>();
    define(columns);
    return columns;
  }
}
