package dev.sluice.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** A workflow's status for people. */
final class StatusText {

  private static final int BAR = 20;

  private final JsonNode status;
  private final Instant now;
  private final StringBuilder text = new StringBuilder();

  StatusText(JsonNode status, Instant now) {
    this.status = status;
    this.now = now;
  }

  @Override
  public String toString() {
    head();
    tables();
    units("streams", "STREAM");
    units("appliers", "APPLIER");
    foot();
    return text.toString();
  }

  private void head() {
    line(
        "%s  %s  for %s",
        status.path("name").asText(),
        status.path("state").asText(),
        ago(status.path("since").asText(null)));
    line(
        "stage: %s (%s)",
        status.path("stage").path("name").asText(),
        ago(status.path("stage").path("since").asText(null)));
    line(
        "reads from %s, writes to %s",
        status.path("traffic").path("reads").asText(),
        status.path("traffic").path("writes").asText());
    line("");
  }

  private void tables() {
    TextTable table = new TextTable("TABLE", "PHASE", "PROGRESS", "", "ROWS", "RATE");
    for (JsonNode entry : status.path("tables")) {
      double percent = entry.path("percent").asDouble();
      double rate = entry.path("rowsPerSecond").asDouble();
      table.row(
          entry.path("name").asText(),
          entry.path("phase").asText(),
          bar(percent),
          String.format(Locale.ROOT, "%5.1f %%", percent),
          String.format(
              Locale.ROOT,
              "%,d / %,d",
              entry.path("rowsCopied").asLong(),
              entry.path("rowsEstimated").asLong()),
          rate > 0 ? String.format(Locale.ROOT, "%,.0f/s", rate) : "");
    }
    text.append(table);
    if (status.path("eta").isTextual()) {
      Instant eta = Instant.parse(status.path("eta").asText());
      line("copied in about %s", span(Duration.between(now, eta)));
    }
    line("");
  }

  private void units(String key, String title) {
    TextTable table = new TextTable(title, "STATE", "STAGE", "LAG", "CUT", "BACKLOG");
    for (JsonNode unit : status.path(key)) {
      table.row(
          unit.path("id").asText(unit.path("shard").asText()),
          unit.path("state").asText(),
          unit.path("stage").asText("").replace("null", ""),
          unit.path("lagSeconds").isNumber()
              ? String.format(Locale.ROOT, "%.1f s", unit.path("lagSeconds").asDouble())
              : "?",
          unit.path("cut").isNumber() ? unit.path("cut").asText() : "",
          unit.path("backlogBytes").isNumber() ? bytes(unit.path("backlogBytes").asLong()) : "");
    }
    text.append(table);
    for (JsonNode unit : status.path(key)) {
      parked(unit);
      if (unit.path("error").isObject()) {
        line("  %s: %s", unit.path("id").asText(), error(unit.path("error")));
        if (unit.path("retryingSince").isTextual()) {
          line("  trying again for %s", ago(unit.path("retryingSince").asText()));
        }
      }
    }
    line("");
  }

  /** Rows that wait for a row of another source shard to go. */
  private void parked(JsonNode unit) {
    JsonNode oldest = unit.path("parkedOldest");
    if (unit.path("parkedRows").asLong() > 0) {
      line(
          "  %s: %,d rows are parked%s",
          unit.path("id").asText(),
          unit.path("parkedRows").asLong(),
          oldest.isObject()
              ? String.format(
                  Locale.ROOT,
                  ", %s (%s) of source shard %s for %s",
                  oldest.path("table").asText(),
                  oldest.path("key").asText(),
                  oldest.path("stream").asText(),
                  ago(oldest.path("since").asText()))
              : "");
    }
  }

  private void foot() {
    if (status.path("throttled").path("on").asBoolean()) {
      line("throttled: %s", status.path("throttled").path("reason").asText());
    }
    for (JsonNode warning : status.path("warnings")) {
      line("warning: %s", error(warning));
    }
    if (status.path("error").isObject()) {
      line("error: %s", error(status.path("error")));
    }
    for (JsonNode step : status.path("nextSteps")) {
      line("next: %s", step.asText());
    }
  }

  private static String error(JsonNode error) {
    return error.path("code").asText()
        + ": "
        + error.path("message").asText()
        + " ("
        + error.path("remedy").asText()
        + ")";
  }

  private static String bar(double percent) {
    int full = (int) Math.round(percent * BAR / 100);
    return "[" + "#".repeat(full) + "-".repeat(BAR - full) + "]";
  }

  private static String bytes(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    return bytes < 1 << 20
        ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0)
        : String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
  }

  private String ago(String time) {
    return time == null ? "?" : span(Duration.between(Instant.parse(time), now));
  }

  private static String span(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds < 60) {
      return seconds + " s";
    }
    return seconds < 3600
        ? seconds / 60 + " min " + seconds % 60 + " s"
        : seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
  }

  private void line(String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments)).append(System.lineSeparator());
  }
}
