package dev.sluice.schemas.workflow;

import dev.sluice.schemas.table.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * What a table looks like after DDL in mid-move; travels in cuts as JSON. Immutable.
 *
 * @param schema columns and key from there on
 * @param executed Sluice ran the DDL on the tables written, deferred indexes first
 */
public record TableShape(TableSchema schema, boolean executed) {

  public TableShape {
    Objects.requireNonNull(schema, "schema");
  }

  public String toJson() {
    return new String(SluiceJson.write(this), StandardCharsets.UTF_8);
  }

  public static TableShape ofJson(String json) {
    return SluiceJson.read(json.getBytes(StandardCharsets.UTF_8), TableShape.class);
  }
}
