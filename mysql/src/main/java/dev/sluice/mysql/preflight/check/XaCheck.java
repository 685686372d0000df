package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import java.util.List;

/**
 * Rows of XA transactions stand in the binary log before it is known whether they will be
 * committed.
 */
public final class XaCheck implements PreflightCheck {

  @Override
  public String id() {
    return "xa_transactions";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    return context.sources().stream().map(this::finding).toList();
  }

  private Finding finding(ServerFacts server) {
    if (server.xaTransactions().isEmpty()) {
      return Finding.warn(
          id(),
          server.label(),
          "the account may not see XA transactions",
          "GRANT SELECT ON performance_schema.* TO " + server.account());
    }
    int count = server.xaTransactions().getAsInt();
    return count > 0
        ? Finding.refuse(
            id(),
            server.label(),
            count + " XA transactions are in progress",
            "end them (XA RECOVER lists prepared ones), and do not use XA on the moved tables")
        : Finding.ok(id(), server.label(), "no XA transaction is in progress");
  }
}
