package dev.sluice.capture.engine;

import dev.sluice.capture.stream.SourceEvent;
import dev.sluice.schemas.journal.Marker;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.connect.data.Struct;

/** Rows of the sidecar's tables that a stream listens to. Stateless. */
final class SidecarRows {

  static final String MARKER = "marker";
  static final String HEARTBEAT = "heartbeat";
  static final String CHECKPOINT = "checkpoint";
  static final String FENCE = "fence";

  /** What the engine captures of the sidecar. */
  static final List<String> TABLES = List.of(MARKER, HEARTBEAT, CHECKPOINT, FENCE);

  private SidecarRows() {}

  /**
   * The event of a row; null when the stream does not care.
   *
   * @param workflow whose fence and holds the stream listens to
   * @param after the row written; null for a delete
   * @param before the row as it was; null for an insert
   */
  static SourceEvent event(String workflow, String table, Struct before, Struct after) {
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
    if (table.equals(MARKER) || table.equals(FENCE)) {
      return marker(workflow, table, before, after);
    }
    return new SourceEvent.HeartbeatRow(text(after, "id"), text(after, "token"));
  }

  /**
   * A marker may be anybody's, but only the workflow's own let its appliers hold, and only its own
   * fence concerns it. Whatever changes a fence row gives it a fresh token.
   */
  private static SourceEvent marker(String workflow, String table, Struct before, Struct after) {
    boolean own = text(after, "workflow").equals(workflow);
    String token = text(after, "token");
    if (table.equals(MARKER)) {
      String kind = text(after, "kind");
      boolean heard = before == null && (own || !kind.equals(Marker.HOLD));
      return heard ? new SourceEvent.MarkerRow(token, kind) : null;
    }
    boolean changed = before == null || !text(before, "token").equals(token);
    return own && changed ? new SourceEvent.MarkerRow(token, Marker.FENCE) : null;
  }

  private static String text(Struct row, String column) {
    Object value = row.getWithoutDefault(column);
    return value instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : String.valueOf(value);
  }
}
