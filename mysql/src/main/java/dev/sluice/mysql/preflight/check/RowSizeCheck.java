package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.RowSize;
import dev.sluice.mysql.preflight.ServerFacts;
import java.util.ArrayList;
import java.util.List;

/** Rows that do not fit a record would stop the move with ROW_TOO_LARGE. */
public final class RowSizeCheck implements PreflightCheck {

  private static final String REMEDY =
      "raise topics.record.max-bytes in sluice.yaml, or leave the table out of the move";

  @Override
  public String id() {
    return "row_size";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    List<Finding> findings = new ArrayList<>();
    for (ServerFacts server : context.sources()) {
      for (String table : context.tables()) {
        if (server.tables().containsKey(table)) {
          findings.add(finding(context, server, table));
        }
      }
    }
    return findings;
  }

  private Finding finding(PreflightContext context, ServerFacts server, String table) {
    String object = server.label() + " " + table;
    long limit = context.request().recordMaxBytes();
    RowSize size = server.rowSizes().get(table);
    if (size == null) {
      return Finding.ok(id(), object, "its columns cannot hold more than a record takes");
    }
    if (size.largestBytes().isPresent()) {
      return Finding.warn(
          id(),
          object,
          "its largest row has "
              + size.largestBytes().getAsLong()
              + " bytes, a record takes "
              + limit
              + " with its frame",
          REMEDY);
    }
    return size.complete()
        ? Finding.ok(id(), object, "every row fits a record of " + limit + " bytes")
        : Finding.warn(
            id(),
            object,
            "its columns can hold more than a record of "
                + limit
                + " bytes, and it is too large to look at every row now",
            REMEDY);
  }
}
