package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.schema.ColumnDescription;
import dev.sluice.mysql.schema.TableDescription;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.vindex.CanonicalText;
import dev.sluice.schemas.vindex.VindexSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The column that places rows on a sharded side exists, is never NULL, and equal values have equal
 * bytes.
 */
public final class VindexColumnCheck implements PreflightCheck {

  @Override
  public String id() {
    return "vindex_column";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    List<Finding> findings = new ArrayList<>();
    if (context.targetSharded()) {
      context.forEachSourceTable(
          (table, object) ->
              findings.add(
                  check(
                      context.vindexes().get(table.name()),
                      table,
                      object,
                      "add it to the move's `vindexes`")));
    }
    // rows of a shard are told from the others' by the source's own placement
    if (context.request().source().sharded()) {
      Map<String, VindexSpec> own = context.request().source().vindexes();
      context.forEachSourceTable(
          (table, object) ->
              findings.add(
                  check(
                      own.get(table.name()),
                      table,
                      object,
                      "add it to the source keyspace's `vindexes` in sluice.yaml")));
    }
    return findings;
  }

  private Finding check(VindexSpec vindex, TableDescription table, String object, String missing) {
    if (vindex == null) {
      return Finding.refuse(
          id(), object, "its keyspace is sharded and the table has no vindex", missing);
    }
    Optional<ColumnDescription> column = table.column(vindex.column());
    String place = object + "." + vindex.column();
    if (column.isEmpty()) {
      return Finding.refuse(
          id(), place, "the table has no such column", "correct the vindex's column");
    }
    if (column.get().nullable()) {
      return Finding.refuse(
          id(),
          place,
          "it can be NULL, and NULL has no shard",
          "make the column NOT NULL, or choose another");
    }
    if (column.get().generated()) {
      return Finding.refuse(
          id(),
          place,
          "it is generated, so rows do not carry it",
          "choose a column that is stored");
    }
    Optional<ColumnSchema> schema = column.get().toSchema();
    if (schema.isEmpty() || !CanonicalText.usable(schema.get())) {
      return Finding.refuse(
          id(), place, unusable(column.get()), "choose another column, or change its collation");
    }
    return Finding.ok(id(), place, "places rows by " + vindex.type());
  }

  private static String unusable(ColumnDescription column) {
    String collation = column.collation() == null ? "" : " with collation " + column.collation();
    return "rows cannot be placed by "
        + column.columnType()
        + collation
        + ": integers, DATE, DATETIME, DECIMAL, binary strings and _bin collations can, where equal values have equal"
        + " bytes";
  }
}
