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

  @Override
  public Integer call() {
    ObjectNode spec = MoveFile.read(file);
    if (reason != null) {
      spec.put("reason", reason);
    }
    return print(client().post("/v1/workflows", spec), this::show);
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
