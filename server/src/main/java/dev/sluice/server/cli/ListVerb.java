package dev.sluice.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "list", description = "Lists workflows.")
final class ListVerb extends ClientVerb {

  @Option(names = "--all", description = "ended ones too")
  private boolean all;

  @Override
  public Integer call() {
    return print(client().get("/v1/workflows" + (all ? "?all=true" : "")), this::show);
  }

  private void show(JsonNode body) {
    TextTable table = new TextTable("NAME", "STATE", "SOURCE", "TARGET", "SINCE");
    for (JsonNode workflow : body.path("workflows")) {
      table.row(
          workflow.path("name").asText(),
          workflow.path("state").asText(),
          workflow.path("source").asText(),
          workflow.path("target").asText(),
          workflow.path("since").asText());
    }
    out().print(table.isEmpty() ? "no workflows" + System.lineSeparator() : table.toString());
  }
}
