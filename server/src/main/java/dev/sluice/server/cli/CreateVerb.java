package dev.sluice.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "create",
    description = "Creates a workflow, and starts it unless auto-start is false.")
final class CreateVerb extends ClientVerb {

  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "FILE",
      description = "move.yaml; - for standard input")
  private String file;

  @Option(names = "--reason", description = "stands in the history")
  private String reason;

  @Option(
      names = "--wait",
      description = "return when the tables are copied and followed; exit 1 if that fails")
  private boolean wait;

  @Override
  public Integer call() throws InterruptedException {
    ObjectNode spec = MoveFile.read(file);
    if (reason != null) {
      spec.put("reason", reason);
    }
    ApiClient.Answer answer = client().post("/v1/workflows", spec);
    if (!wait || !answer.ok()) {
      return print(answer, this::show);
    }
    if (!json()) {
      show(answer.body());
      out().flush();
    }
    return untilRunning(answer.body().path("name").asText());
  }

  private void show(JsonNode body) {
    String name = body.path("name").asText();
    out().println("workflow " + name + " is " + body.path("state").asText());
    for (JsonNode warning : body.path("warnings")) {
      out()
          .println(
              "warning: "
                  + warning.path("object").asText()
                  + ": "
                  + warning.path("message").asText()
                  + " ("
                  + warning.path("remedy").asText()
                  + ")");
    }
    out().println("watch it with: sluice status " + name + " --watch");
  }
}
