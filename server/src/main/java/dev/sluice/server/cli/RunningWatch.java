package dev.sluice.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/** Waits until a workflow's tables are copied and both sides follow each other. */
final class RunningWatch {

  private static final Set<String> ON_THE_WAY = Set.of("created", "copying");
  private static final String REACHED = "running";

  private final PatientGet status;

  RunningWatch(ApiClient client, String workflow) {
    this.status =
        new PatientGet(client, "/v1/workflows/" + ApiClient.segment(workflow) + "/status");
  }

  /**
   * Waits.
   *
   * @param progress where a line is drawn over and over; null for none
   * @param show prints the last status
   * @param failed says why it is not running
   * @return exit code: 1 when it ended in another state, as after an error or a stop
   */
  int untilRunning(PrintWriter progress, Consumer<ApiClient.Answer> show, Consumer<String> failed)
      throws InterruptedException {
    ApiClient.Answer answer = status.ask();
    while (answer.ok() && ON_THE_WAY.contains(state(answer.body()))) {
      draw(progress, answer.body());
      PatientGet.pause();
      answer = status.ask();
    }
    if (progress != null) {
      progress.println();
      progress.flush();
    }
    show.accept(answer);
    if (!answer.ok()) {
      return answer.exitCode();
    }
    if (state(answer.body()).equals(REACHED)) {
      return ExitCode.DONE;
    }
    JsonNode error = answer.body().path("error");
    failed.accept(
        "workflow "
            + answer.body().path("name").asText()
            + " is "
            + state(answer.body())
            + ", not running"
            + (error.isObject()
                ? ": " + error.path("code").asText() + ": " + error.path("message").asText()
                : ""));
    return ExitCode.FAILED;
  }

  private static String state(JsonNode body) {
    return body.path("state").asText();
  }

  private static void draw(PrintWriter progress, JsonNode body) {
    if (progress == null) {
      return;
    }
    long copied = 0;
    long estimated = 0;
    for (JsonNode table : body.path("tables")) {
      copied += table.path("rowsCopied").asLong();
      estimated += table.path("rowsEstimated").asLong();
    }
    String error = body.path("error").path("message").asText("");
    progress.print(
        String.format(
            Locale.ROOT,
            "\r%s  %s  %,d of about %,d rows  %s        ",
            state(body),
            body.path("stage").path("name").asText(),
            copied,
            estimated,
            error));
    progress.flush();
  }
}
