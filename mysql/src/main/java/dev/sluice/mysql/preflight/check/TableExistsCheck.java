package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import dev.sluice.mysql.schema.TableDescription;
import java.util.ArrayList;
import java.util.List;

/** Each table is there on every source shard, is a base table and is stored by InnoDB. */
public final class TableExistsCheck implements PreflightCheck {

  @Override
  public String id() {
    return "table_exists";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    List<Finding> findings = new ArrayList<>();
    for (ServerFacts server : context.sources()) {
      for (String table : context.tables()) {
        findings.add(finding(server, table));
      }
    }
    return findings;
  }

  private Finding finding(ServerFacts server, String name) {
    String object = server.label() + " " + name;
    TableDescription table = server.tables().get(name);
    if (table == null) {
      return Finding.refuse(
          id(),
          object,
          "there is no such table",
          "correct its name (upper and lower case differ), or create it");
    }
    if (!table.baseTable()) {
      return Finding.refuse(
          id(), object, "it is a " + table.type() + ", not a table", "leave it out of the move");
    }
    if (!"InnoDB".equalsIgnoreCase(table.engine())) {
      return Finding.refuse(
          id(),
          object,
          "its engine is " + table.engine() + ", which has no transactions",
          "ALTER TABLE ... ENGINE = InnoDB, or leave it out of the move");
    }
    return Finding.ok(
        id(), object, "about " + table.estimatedRows() + " rows, " + table.dataBytes() + " bytes");
  }
}
