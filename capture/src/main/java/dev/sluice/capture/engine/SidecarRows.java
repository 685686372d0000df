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
    if (table.equals(FENCE)) {
      return fence(workflow, before, after);
    }
    if (table.equals(MARKER)) {
      return marker(workflow, before, after);
    }
    return new SourceEvent.HeartbeatRow(text(after, "id"), text(after, "token"));
  }

  /** A marker may be anybody's, but only the workflow's own let its appliers hold. */
  private static SourceEvent marker(String workflow, Struct before, Struct after) {
    String kind = text(after, "kind");
    boolean own = text(after, "workflow").equals(workflow);
    boolean heard = before == null && (own || !kind.equals(Marker.HOLD));
    return heard ? new SourceEvent.MarkerRow(text(after, "token"), kind) : null;
  }

  /** Only the workflow's own fences concern it; whatever changes one gives it a fresh token. */
  private static SourceEvent fence(String workflow, Struct before, Struct after) {
    if (!text(after, "workflow").equals(workflow)) {
      return null;
    }
    String token = text(after, "token");
    boolean changed = before == null || !text(before, "token").equals(token);
    boolean denied = ((Number) after.getWithoutDefault("denied")).intValue() == 1;
    return new SourceEvent.FenceRow(text(after, "id"), token, changed, denied);
  }

  private static String text(Struct row, String column) {
    Object value = row.getWithoutDefault(column);
    return value instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : String.valueOf(value);
  }
}
