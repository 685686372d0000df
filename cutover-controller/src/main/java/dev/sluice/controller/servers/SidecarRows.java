package dev.sluice.controller.servers;

import dev.sluice.mysql.sidecar.Checkpoints;
import dev.sluice.mysql.sidecar.ParkedRows;
import dev.sluice.mysql.sidecar.Sidecar;
import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.workflow.WorkflowRecord;
import java.sql.Connection;
import java.sql.SQLException;

/** Deletes what a workflow left in a sidecar. */
final class SidecarRows {

  private final Sidecar sidecar;

  SidecarRows(Sidecar sidecar) {
    this.sidecar = sidecar;
  }

  void delete(Connection connection, WorkflowRecord record) throws SQLException {
    if (!sidecar.exists(connection)) {
      return;
    }
    new Checkpoints(sidecar.schema()).delete(connection, record.uuid());
    new ParkedRows(sidecar.schema()).delete(connection, record.uuid());
    Queries.update(
        connection,
        "DELETE FROM " + table("marker") + " WHERE workflow = " + Literals.string(record.name()));
    // ids begin with the workflow's name or its uuid and go on with a slash
    Queries.update(
        connection,
        "DELETE FROM "
            + table("heartbeat")
            + " WHERE LEFT(id, "
            + (record.name().length() + 1)
            + ") = "
            + Literals.string(record.name() + "/")
            + " OR LEFT(id, "
            + record.uuid().length()
            + ") = "
            + Literals.string(record.uuid()));
  }

  private String table(String name) {
    return Identifiers.qualified(sidecar.schema(), name);
  }
}
