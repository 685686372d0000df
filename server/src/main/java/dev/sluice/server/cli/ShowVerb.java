package dev.sluice.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "Shows what a workflow was asked to do, and its history.")
final class ShowVerb extends ClientVerb {

  private static final ObjectMapper YAML = new YAMLMapper();

  @Parameters(paramLabel = "W", description = "the workflow")
  private String workflow;

  @Override
  public Integer call() {
    return print(client().get("/v1/workflows/" + ApiClient.segment(workflow)), this::show);
  }

  private void show(JsonNode body) {
    try {
      out().print(YAML.writeValueAsString(body).replaceFirst("^---\n", ""));
    } catch (JsonProcessingException e) {
      throw new CliException(ExitCode.FAILED, "the answer cannot be shown: " + e.getMessage());
    }
  }
}
