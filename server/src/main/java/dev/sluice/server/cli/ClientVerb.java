package dev.sluice.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.schemas.workflow.SluiceJson;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every verb that talks to a server has in common. */
abstract class ClientVerb implements Callable<Integer> {

  /** Forms of output. */
  enum Output {
    text,
    json
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--server",
      paramLabel = "URL",
      defaultValue = "${env:SLUICE_SERVER:-http://127.0.0.1:15400}",
      description = "where the server is (default: $SLUICE_SERVER, else http://127.0.0.1:15400)")
  private String server;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "text",
      description = "text, or json: the body of the server's answer")
  private Output output;

  @Option(names = "--help", usageHelp = true, description = "show this help")
  private boolean help;

  ApiClient client() {
    return new ApiClient(server, System.getenv("SLUICE_TOKEN"));
  }

  boolean json() {
    return output == Output.json;
  }

  PrintWriter out() {
    return spec.commandLine().getOut();
  }

  PrintWriter err() {
    return spec.commandLine().getErr();
  }

  static ObjectNode body() {
    return SluiceJson.mapper().createObjectNode();
  }

  /**
   * Prints an answer: as it is with {@code -o json}, else by the printer; errors go to standard
   * error.
   */
  int print(ApiClient.Answer answer, Consumer<JsonNode> printer) {
    if (json()) {
      out().println(answer.text());
      out().flush();
    } else if (answer.ok()) {
      printer.accept(answer.body());
      out().flush();
    }
    if (!answer.ok()) {
      printError(answer);
    }
    return answer.exitCode();
  }

  /**
   * Waits for a workflow to run, with a line of progress where somebody looks; the status is what
   * {@code -o json} prints in the end.
   */
  int untilRunning(String workflow) throws InterruptedException {
    boolean seen = !json() && System.console() != null;
    return new RunningWatch(client(), workflow)
        .untilRunning(
            seen ? out() : null,
            answer ->
                print(
                    answer, body -> out().print(new StatusText(body, Clock.systemUTC().instant()))),
            why -> {
              err().println(why);
              err().flush();
            });
  }

  private void printError(ApiClient.Answer answer) {
    JsonNode body = answer.body();
    JsonNode findings = body.path("details").path("findings");
    if (body.path("failed").isArray()) {
      err().println("refused:");
      body.path("failed")
          .forEach(
              failed ->
                  err()
                      .println(
                          "  "
                              + failed.path("check").asText()
                              + ": "
                              + failed.path("message").asText()));
    } else if (findings.isArray()) {
      err().println("refused:");
      findings.forEach(
          finding -> {
            if (finding.path("severity").asText().equals("refuse")) {
              err()
                  .println(
                      "  "
                          + finding.path("object").asText()
                          + ": "
                          + finding.path("message").asText());
              err().println("    remedy: " + finding.path("remedy").asText());
            }
          });
    } else {
      err()
          .println(
              body.path("errorCode").asText("error")
                  + ": "
                  + body.path("message").asText(answer.text()));
      String remedy = body.path("details").path("remedy").asText("");
      if (!remedy.isBlank()) {
        err().println("  " + remedy);
      }
    }
    err().flush();
  }
}
