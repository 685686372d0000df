package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import dev.sluice.mysql.schema.OtherObject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Lists what a move of tables does not take along; warns as well where it may not look. */
public final class LeftBehindCheck implements PreflightCheck {

  private static final String REMEDY = "create on the target what the application uses";

  @Override
  public String id() {
    return "left_behind";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    return context.sources().stream().map(this::finding).toList();
  }

  private Finding finding(ServerFacts server) {
    List<String> left = new ArrayList<>();
    server.others().objects().stream().map(LeftBehindCheck::named).forEach(left::add);
    server.triggers().stream()
        .map(trigger -> "trigger " + trigger.name() + " of " + trigger.table())
        .forEach(left::add);
    List<String> accounts = server.others().accounts().orElse(List.of());
    accounts.stream().map(account -> "grants of " + account).forEach(left::add);
    List<String> unseen = unseen(server);
    String message =
        left.isEmpty()
            ? "nothing of the schema stays behind"
            : "not moved: " + left.stream().collect(Collectors.joining(", "));
    if (!unseen.isEmpty()) {
      return Finding.warn(
          id(),
          server.label(),
          message + "; the account may not see " + String.join(" and ", unseen),
          REMEDY + "; check `grants` says which statements let it be seen");
    }
    return left.isEmpty()
        ? Finding.ok(id(), server.label(), message)
        : Finding.warn(id(), server.label(), message, REMEDY);
  }

  private static String named(OtherObject object) {
    return object.kind() + " " + object.name();
  }

  private static List<String> unseen(ServerFacts server) {
    List<String> unseen = new ArrayList<>();
    boolean routines =
        server.grants().missingGlobally(List.of("SHOW_ROUTINE")).isEmpty()
            || server.grants().missingGlobally(List.of("SELECT")).isEmpty()
            || server.grants().missingOn(server.schema(), List.of("EXECUTE")).isEmpty();
    if (!routines) {
      unseen.add("routines");
    }
    if (!server.grants().missingOn(server.schema(), List.of("EVENT")).isEmpty()) {
      unseen.add("events");
    }
    if (!server.grants().missingOn(server.schema(), List.of("SELECT")).isEmpty()) {
      unseen.add("views");
    }
    if (server.others().accounts().isEmpty()) {
      unseen.add("other accounts' grants");
    }
    return unseen;
  }
}
