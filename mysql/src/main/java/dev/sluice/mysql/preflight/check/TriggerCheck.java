package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import dev.sluice.mysql.schema.TriggerDescription;
import java.util.ArrayList;
import java.util.List;

/** A trigger fires for applied rows too and would do its work a second time. */
public final class TriggerCheck implements PreflightCheck {

  @Override
  public String id() {
    return "triggers";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    List<Finding> findings = new ArrayList<>();
    for (ServerFacts server : context.servers()) {
      if (server.triggers().isEmpty()) {
        findings.add(Finding.ok(id(), server.label(), "no triggers on the tables"));
      }
      server.triggers().forEach(trigger -> findings.add(finding(server, trigger)));
    }
    return findings;
  }

  private Finding finding(ServerFacts server, TriggerDescription trigger) {
    String object = server.label() + " " + trigger.table() + "." + trigger.name();
    return trigger.guarded()
        ? Finding.ok(id(), object, "the trigger looks at @sluice_applier")
        : Finding.refuse(
            id(),
            object,
            "trigger "
                + trigger.timing()
                + " "
                + trigger.event()
                + " would fire for applied rows too",
            "let its body do nothing when @sluice_applier is 1, or drop it");
  }
}
