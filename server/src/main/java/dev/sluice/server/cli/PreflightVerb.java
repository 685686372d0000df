package dev.sluice.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "preflight", description = "Checks whether a move can begin; changes nothing.")
final class PreflightVerb extends ClientVerb {

  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "FILE",
      description = "move.yaml; - for standard input")
  private String file;

  @Override
  public Integer call() {
    ApiClient.Answer answer = client().post("/v1/preflight", MoveFile.read(file));
    int exit = print(answer, this::show);
    return answer.ok() && !answer.body().path("ok").asBoolean() ? ExitCode.REFUSED : exit;
  }

  private void show(JsonNode body) {
    for (JsonNode finding : body.path("findings")) {
      out()
          .printf(
              Locale.ROOT,
              "%-6s  %-32s  %s: %s%n",
              finding.path("severity").asText(),
              finding.path("check").asText(),
              finding.path("object").asText(),
              finding.path("message").asText());
      if (!finding.path("remedy").asText("").isEmpty()) {
        out().println("        remedy: " + finding.path("remedy").asText());
      }
    }
    out()
        .println(
            body.path("ok").asBoolean()
                ? "ok: the move can begin"
                : "refused: see the lines above");
  }
}
