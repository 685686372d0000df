package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import dev.sluice.mysql.schema.ForeignKeyDescription;
import dev.sluice.mysql.schema.ServerVariables;
import java.util.ArrayList;
import java.util.List;

/**
 * Foreign keys inside the move, leaving it and entering it; and cascades that the binary log does
 * not show.
 */
public final class ForeignKeyCheck implements PreflightCheck {

  @Override
  public String id() {
    return "foreign_keys";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    List<Finding> findings = new ArrayList<>();
    for (ServerFacts server : context.sources()) {
      if (server.foreignKeys().isEmpty()) {
        findings.add(Finding.ok(id(), server.label(), "no foreign key touches the tables"));
      }
      server.foreignKeys().forEach(key -> findings.add(finding(context, server, key)));
    }
    return findings;
  }

  private Finding finding(PreflightContext context, ServerFacts server, ForeignKeyDescription key) {
    boolean childMoved = moved(context, server, key.schema(), key.table());
    boolean parentMoved = moved(context, server, key.referencedSchema(), key.referencedTable());
    String object = server.label() + " " + key.table() + "." + key.name();
    String where =
        childMoved && parentMoved
            ? "lies inside the move"
            : childMoved ? "leaves the move" : "enters the move";
    String message = "foreign key to " + key.referencedTable() + " " + where;
    if (childMoved && key.cascades() && (!parentMoved || !cascadesAreLogged(server.variables()))) {
      return Finding.refuse(
          id(),
          object,
          message
              + " and cascades: "
              + (parentMoved
                  ? "rows changed so are not in this server's binary log"
                  : "no fence can deny rows changed so"),
          "drop the foreign key, or make it RESTRICT and let the application delete the rows");
    }
    return context.dropForeignKeys()
        ? Finding.warn(
            id(),
            object,
            message + "; the target will not have it",
            "nothing, if the application checks it")
        : Finding.refuse(
            id(),
            object,
            message,
            "set the move's option `foreign-keys: drop`, or drop it on the source");
  }

  private static boolean moved(
      PreflightContext context, ServerFacts server, String schema, String table) {
    return schema.equals(server.schema()) && context.tables().contains(table);
  }

  /**
   * Newer servers run cascades as statements of their own instead of inside InnoDB, unless told
   * otherwise.
   */
  private static boolean cascadesAreLogged(ServerVariables variables) {
    return variables.get("innodb_native_foreign_keys").filter("OFF"::equalsIgnoreCase).isPresent();
  }
}
