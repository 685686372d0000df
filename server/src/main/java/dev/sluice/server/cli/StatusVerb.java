package dev.sluice.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "status", description = "Shows how a workflow goes.")
final class StatusVerb extends ClientVerb {

  private static final String CLEAR = "\033[H\033[2J";
  private static final Set<String> ENDED = Set.of("cancelled", "completed");

  @Parameters(paramLabel = "W", description = "the workflow")
  private String workflow;

  @Option(names = "--watch", description = "draw it again every second until the workflow ends")
  private boolean watch;

  @Override
  public Integer call() throws InterruptedException {
    ApiClient client = client();
    String path = "/v1/workflows/" + ApiClient.segment(workflow) + "/status";
    while (true) {
      ApiClient.Answer answer = client.get(path);
      if (watch && !json() && System.console() != null) {
        out().print(CLEAR);
      }
      int exit = print(answer, this::show);
      if (!watch || !answer.ok() || ENDED.contains(answer.body().path("state").asText())) {
        return exit == ExitCode.DONE && hasError(answer.body()) ? ExitCode.FAILED : exit;
      }
      TimeUnit.SECONDS.sleep(1);
    }
  }

  /** True when the workflow failed, or something has been tried in vain for some seconds. */
  private static boolean hasError(JsonNode status) {
    return status.path("error").isObject();
  }

  private void show(JsonNode body) {
    out().print(new StatusText(body, Clock.systemUTC().instant()));
  }
}
