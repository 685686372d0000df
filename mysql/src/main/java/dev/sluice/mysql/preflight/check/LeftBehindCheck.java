package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import java.util.List;
import java.util.stream.Collectors;

/** Lists what a move of tables does not take along. */
public final class LeftBehindCheck implements PreflightCheck {

  @Override
  public String id() {
    return "left_behind";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    return context.sources().stream().map(this::finding).toList();
  }

  private Finding finding(ServerFacts server) {
    if (server.others().isEmpty()) {
      return Finding.ok(id(), server.label(), "the schema has no views, routines or events");
    }
    String list =
        server.others().stream()
            .map(other -> other.kind() + " " + other.name())
            .collect(Collectors.joining(", "));
    return Finding.warn(
        id(),
        server.label(),
        "not moved: " + list + "; accounts and their grants neither",
        "create on the target what the application uses");
  }
}
