package dev.sluice.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "history",
    description = "Shows every change of a workflow's state: when, by whom and why.")
final class HistoryVerb extends ClientVerb {

  @Parameters(paramLabel = "W", description = "the workflow")
  private String workflow;

  @Override
  public Integer call() {
    return print(client().get("/v1/workflows/" + ApiClient.segment(workflow)), this::show);
  }

  private void show(JsonNode body) {
    TextTable table = new TextTable("AT", "FROM", "TO", "BY", "REASON");
    for (JsonNode step : body.path("history")) {
      table.row(
          step.path("at").asText(),
          step.path("from").asText("").replace("null", ""),
          step.path("to").asText(),
          step.path("by").asText(),
          step.path("reason").asText());
    }
    out().print(table);
  }
}
