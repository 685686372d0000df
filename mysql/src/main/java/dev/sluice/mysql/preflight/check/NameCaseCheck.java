package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A server that is not particular about the case of names shows them in lower case, in its binary
 * log as in information_schema: rows of a table that is known to Sluice by another case would not
 * be taken for its rows, nor the sidecar's for Sluice's own.
 */
public final class NameCaseCheck implements PreflightCheck {

  @Override
  public String id() {
    return "lower_case_table_names";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    List<Finding> findings = new ArrayList<>();
    Stream.concat(context.servers().stream(), context.replicas().stream())
        .forEach(server -> findings.add(finding(server, context.tables())));
    return findings;
  }

  private Finding finding(ServerFacts server, List<String> tables) {
    String value = server.variables().get(id()).orElse("0");
    if (value.equals("0")) {
      return Finding.ok(id(), server.label(), "names are told apart by case");
    }
    List<String> others =
        Stream.concat(Stream.of(server.schema(), server.sidecar()), tables.stream())
            .distinct()
            .filter(name -> !name.equals(name.toLowerCase(Locale.ROOT)))
            .toList();
    return others.isEmpty()
        ? Finding.ok(id(), server.label(), "it is " + value + ", and all names are in lower case")
        : Finding.refuse(
            id(),
            server.label(),
            "it is " + value + ", but not in lower case are: " + String.join(", ", others),
            "write the schema and `sidecar` in lower case in the configuration, as the server shows"
                + " them; tables whose names have capitals cannot be moved from or to such a server"
                + " before they are renamed");
  }
}
