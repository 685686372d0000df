package dev.sluice.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToIntFunction;

/** Waits for the end of a VDiff, with a progress bar where somebody looks. */
final class VDiffWatch {

  private static final int BAR = 30;
  private static final Set<String> OVER = Set.of("completed", "stopped", "error");

  private final PatientGet vdiff;

  VDiffWatch(ApiClient client, String path) {
    this.vdiff = new PatientGet(client, path);
  }

  /**
   * Waits.
   *
   * @param bar where the bar is drawn; null for none
   * @param print prints the last answer and says the exit code that it means by itself
   * @return exit code: 5 when rows differ or could not be compared, 1 when it did not complete
   */
  int untilOver(PrintWriter bar, ToIntFunction<ApiClient.Answer> print)
      throws InterruptedException {
    ApiClient.Answer answer = vdiff.ask();
    while (answer.ok() && !OVER.contains(answer.body().path("state").asText())) {
      draw(bar, answer.body());
      PatientGet.pause();
      answer = vdiff.ask();
    }
    if (bar != null) {
      draw(bar, answer.body());
      bar.println();
      bar.flush();
    }
    int exit = print.applyAsInt(answer);
    if (exit != ExitCode.DONE) {
      return exit;
    }
    JsonNode body = answer.body();
    if (!body.path("state").asText().equals("completed")) {
      return ExitCode.FAILED;
    }
    boolean differs =
        body.path("hasMismatch").asBoolean() || body.path("notComparedRows").asLong() > 0;
    return differs ? ExitCode.ROWS_DIFFER : ExitCode.DONE;
  }

  private static void draw(PrintWriter bar, JsonNode body) {
    if (bar == null) {
      return;
    }
    double percent = body.path("progress").path("percent").asDouble();
    int filled = (int) (percent * BAR / 100);
    String eta = body.path("progress").path("eta").asText("");
    bar.print(
        String.format(
            Locale.ROOT,
            "\r[%s%s] %5.1f %%  %d rows  %s        ",
            "#".repeat(filled),
            ".".repeat(BAR - filled),
            percent,
            body.path("rowsCompared").asLong(),
            eta.isEmpty() || eta.equals("null") ? body.path("state").asText() : "ready " + eta));
    bar.flush();
  }
}
