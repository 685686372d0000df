package dev.sluice.tests.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.tests.process.SluiceClient;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Lets Sluice itself prove both sides equal, under live writes; a switch asks for that. */
final class VDiffStep {

  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final SluiceClient client;
  private final String workflow;
  private final Steps steps;

  VDiffStep(SluiceClient client, String workflow, Steps steps) {
    this.client = client;
    this.workflow = workflow;
    this.steps = steps;
  }

  /** True when every row was compared and none differs. */
  boolean run() throws InterruptedException {
    steps.begin("VDiff: both sides are compared row by row while writes go on");
    SluiceClient.Answer asked = client.act(workflow, "vdiffs", Map.of("reason", "quickstart"));
    if (!asked.ok()) {
      steps.say("the server answered %d: %s", asked.code(), asked.body());
      return false;
    }
    long end = System.nanoTime() + LIMIT.toNanos();
    JsonNode vdiff = asked.body();
    while (System.nanoTime() < end) {
      vdiff = client.get("/v1/workflows/" + workflow + "/vdiffs/last").body();
      String state = vdiff.path("state").asText();
      if (state.equals("completed")) {
        steps.say(
            "%,d rows compared, %s; appliers were held for %d ms",
            vdiff.path("rowsCompared").asLong(),
            vdiff.path("hasMismatch").asBoolean() ? "ROWS DIFFER" : "none differs",
            vdiff.path("holdMillis").asLong());
        return !vdiff.path("hasMismatch").asBoolean();
      }
      if (state.equals("error") || state.equals("stopped")) {
        break;
      }
      TimeUnit.MILLISECONDS.sleep(250);
    }
    steps.say("not completed: %s", vdiff);
    return false;
  }
}
