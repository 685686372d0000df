package dev.sluice.capture.engine;

import dev.sluice.capture.stream.SourceEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.connect.data.Struct;

/** Rows of the sidecar's tables that a stream listens to. Stateless. */
final class SidecarRows {

  static final String MARKER = "marker";
  static final String HEARTBEAT = "heartbeat";
  static final String CHECKPOINT = "checkpoint";

  /** What the engine captures of the sidecar. */
  static final List<String> TABLES = List.of(MARKER, HEARTBEAT, CHECKPOINT);

  private SidecarRows() {}

  /**
   * The event of a row; null when the stream does not care.
   *
   * @param after the row written; null for a delete
   * @param before the row as it was; null for an insert
   */
  static SourceEvent event(String table, Struct before, Struct after) {
    if (table.equals(CHECKPOINT)) {
      // a delete, too, says whose transaction it is
      Struct row = after == null ? before : after;
      boolean announces = after != null && after.getWithoutDefault("ddl_token") != null;
      return new SourceEvent.CheckpointRow(
          text(row, "workflow_uuid"),
          text(row, "direction"),
          text(row, "stream") + "/" + text(row, "shard"),
          announces ? text(after, "ddl_token") : null);
    }
    if (after == null) {
      return null;
    }
    if (table.equals(MARKER)) {
      return before == null
          ? new SourceEvent.MarkerRow(text(after, "token"), text(after, "kind"))
          : null;
    }
    return new SourceEvent.HeartbeatRow(text(after, "id"), text(after, "token"));
  }

  private static String text(Struct row, String column) {
    Object value = row.getWithoutDefault(column);
    return value instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : String.valueOf(value);
  }
}
