package dev.sluice.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A verb that changes a workflow. */
abstract class CommandVerb extends ClientVerb {

  @Parameters(paramLabel = "W", description = "the workflow")
  private String workflow;

  @Option(names = "--reason", description = "stands in the history")
  private String reason;

  int send(String verb, ObjectNode body) {
    if (reason != null) {
      body.put("reason", reason);
    }
    return print(
        client().post("/v1/workflows/" + ApiClient.segment(workflow) + "/" + verb, body),
        this::show);
  }

  private void show(JsonNode body) {
    String state = body.path("currentState").asText();
    if (body.path("steps").isEmpty()) {
      out().println("workflow " + workflow + " is " + state + " already");
      return;
    }
    for (JsonNode step : body.path("steps")) {
      String took = step.path("millis").isNumber() ? "  " + step.path("millis") + " ms" : "";
      out().println(step.path("outcome").asText() + "  " + step.path("name").asText() + took);
    }
    if (body.path("writeBlockMillis").isNumber()) {
      out().println("writes were blocked for " + body.path("writeBlockMillis") + " ms");
    }
    out().println("workflow " + workflow + " is " + state);
  }
}
