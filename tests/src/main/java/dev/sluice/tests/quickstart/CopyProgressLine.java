package dev.sluice.tests.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * The progress of a workflow as one line, from the status that anybody can ask for. Not
 * thread-safe.
 */
final class CopyProgressLine {

  private static final int BAR_WIDTH = 24;
  private static final long WINDOW_NANOS = 5_000_000_000L;

  private final Deque<long[]> samples = new ArrayDeque<>();
  private double peakRate;

  /**
   * The line.
   *
   * @param status body of {@code GET /v1/workflows/{w}/status}
   */
  String line(JsonNode status, long nanoTime, Instant now) {
    long copied = 0;
    long estimated = 0;
    for (JsonNode table : status.path("tables")) {
      copied += table.path("rowsCopied").asLong();
      estimated += table.path("rowsEstimated").asLong();
    }
    double rate = rate(copied, nanoTime);
    peakRate = Math.max(peakRate, rate);
    double percent = estimated <= 0 ? 0 : Math.min(100, 100.0 * copied / estimated);
    int full = (int) Math.round(percent / 100 * BAR_WIDTH);
    return String.format(
        Locale.ROOT,
        "%-8s [%s%s] %5.1f %%  %,d rows  %,.0f rows/s  lag %s  ETA %s",
        status.path("state").asText("?"),
        "#".repeat(full),
        ".".repeat(BAR_WIDTH - full),
        percent,
        copied,
        rate,
        lag(status),
        eta(status, now));
  }

  /** The highest rate seen, rows per second. */
  double peakRate() {
    return peakRate;
  }

  private double rate(long copied, long nanoTime) {
    samples.addLast(new long[] {nanoTime, copied});
    while (samples.size() > 2 && nanoTime - samples.peekFirst()[0] > WINDOW_NANOS) {
      samples.removeFirst();
    }
    long[] first = samples.peekFirst();
    double seconds = (nanoTime - first[0]) / 1e9;
    return seconds <= 0 ? 0 : (copied - first[1]) / seconds;
  }

  private static String lag(JsonNode status) {
    double lag = -1;
    for (JsonNode applier : status.path("appliers")) {
      lag =
          applier.path("lagSeconds").isNumber()
              ? Math.max(lag, applier.path("lagSeconds").asDouble())
              : lag;
    }
    return lag < 0 ? "-" : String.format(Locale.ROOT, "%.1f s", lag);
  }

  private static String eta(JsonNode status, Instant now) {
    JsonNode eta = status.path("eta");
    if (!eta.isTextual()) {
      return "-";
    }
    long seconds = Math.max(0, Duration.between(now, Instant.parse(eta.asText())).toSeconds());
    return seconds + " s";
  }
}
