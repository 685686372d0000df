package dev.sluice.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "routing-rules",
    description = "Shows which keyspace serves which table; `remove` takes rules away.",
    subcommands = RoutingRulesVerb.Remove.class)
final class RoutingRulesVerb extends ClientVerb {

  @Parameters(arity = "0..1", paramLabel = "W", description = "only the rules of this workflow")
  private String workflow;

  @Override
  public Integer call() {
    return print(client().get("/v1/routing-rules"), this::show);
  }

  private void show(JsonNode body) {
    TextTable table = new TextTable("TABLE", "TYPE", "TO", "STATE", "WORKFLOW");
    for (JsonNode rule : body.path("rules")) {
      String owner = rule.path("workflow").asText("");
      if (workflow == null || workflow.equals(owner)) {
        table.row(
            rule.path("fromTable").asText(),
            rule.path("tabletType").asText(),
            rule.path("toKeyspace").asText(),
            rule.path("state").asText(),
            rule.path("workflow").isNull() ? "-" : owner);
      }
    }
    out().println("rules epoch " + body.path("rulesEpoch").asLong());
    out().print(table.isEmpty() ? "no rules" + System.lineSeparator() : table.toString());
  }

  /** Removes the rules of a table that no open workflow owns. */
  @Command(
      name = "remove",
      description = "Removes the rules of a table that no open workflow owns.")
  static final class Remove extends ClientVerb {

    @Option(
        names = "--table",
        required = true,
        paramLabel = "T",
        description = "customer, with its qualified names; or commerce.customer alone")
    private String table;

    @Option(names = "--reason", description = "stands in the server's log")
    private String reason;

    @Override
    public Integer call() {
      String query = reason == null ? "" : "?reason=" + ApiClient.segment(reason);
      return print(
          client().delete("/v1/routing-rules/" + ApiClient.segment(table) + query),
          body -> out().println("removed; rules epoch " + body.path("rulesEpoch").asLong()));
    }
  }
}
