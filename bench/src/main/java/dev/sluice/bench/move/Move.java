package dev.sluice.bench.move;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.bench.BenchException;
import dev.sluice.bench.load.SbtestTable;
import dev.sluice.bench.measure.Waiting;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** One workflow that moves sbtest tables into the shards of keyspace {@code customer}. */
public final class Move {
  private static final Duration LIMIT = Duration.ofMinutes(30);
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final Duration VDIFF_PAUSE = Duration.ofMillis(50);

  private final SluiceApi api;
  private final String name;
  private final List<SbtestTable> tables;
  private final Map<String, String> options;

  /**
   * @param options of the workflow, as in move.yaml
   */
  public Move(SluiceApi api, String name, List<SbtestTable> tables, Map<String, String> options) {
    this.api = api;
    this.name = name;
    this.tables = List.copyOf(tables);
    this.options = Map.copyOf(options);
  }

  /**
   * How long a move took, each from the call that created it.
   *
   * @param rowsSeconds until every row was on its shard
   * @param runningSeconds until it was running: consistent, and every index back
   */
  public record Times(double rowsSeconds, double runningSeconds) {}

  /**
   * Creates the workflow and returns when it is running.
   *
   * @throws BenchException when it stops with an error, or takes too long
   */
  public Times run() {
    long began = System.nanoTime();
    api.post("/v1/workflows", spec());
    long rows = await("all rows are copied", Move::rowsCopied);
    long running = await("the workflow is running", status -> isState(status, "running"));
    return new Times((rows - began) / 1e9, (running - began) / 1e9);
  }

  private Map<String, Object> spec() {
    Map<String, Object> vindexes = new LinkedHashMap<>();
    for (SbtestTable table : tables) {
      vindexes.put(table.name(), Map.of("column", "id", "type", "sha256"));
    }
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("name", name);
    spec.put("source", "commerce");
    spec.put("target", "customer");
    spec.put("tables", tables.stream().map(SbtestTable::name).toList());
    spec.put("vindexes", vindexes);
    spec.put("options", options);
    return spec;
  }

  private static boolean rowsCopied(JsonNode status) {
    Set<String> before = Set.of("waiting", "copying");
    JsonNode tables = status.path("tables");
    if (tables.isEmpty()) {
      return false;
    }
    for (JsonNode table : tables) {
      if (before.contains(table.path("phase").asText())) {
        return false;
      }
    }
    return true;
  }

  /**
   * A VDiff.
   *
   * @param seconds from the call that created it until it was completed
   * @param report what it found, as REST shows it
   */
  public record Compared(double seconds, JsonNode report) {}

  /**
   * Compares both sides and returns when all rows have been compared.
   *
   * @throws BenchException when it ends without an answer, or takes too long
   */
  public Compared vdiff() {
    long began = System.nanoTime();
    JsonNode created = api.post(path() + "/vdiffs", Map.of("reason", "benchmark"));
    String vdiff = path() + "/vdiffs/" + created.path("uuid").asText();
    long completed =
        Waiting.until(
            "the VDiff is completed",
            LIMIT,
            VDIFF_PAUSE,
            () -> {
              JsonNode now = api.get(vdiff);
              if (isState(now, "error")) {
                throw new BenchException("the VDiff failed: " + now.path("errors"));
              }
              return isState(now, "completed");
            });
    return new Compared((completed - began) / 1e9, api.get(vdiff));
  }

  /** Stops its streams and appliers and returns when they have stopped. */
  public void stop() {
    act("stop", "stopped");
  }

  /** Starts it again; does not wait. */
  public void start() {
    api.post(path() + "/start", Map.of("reason", "benchmark"));
  }

  /** Returns when it is running. */
  public void awaitRunning() {
    await("the workflow is running", status -> isState(status, "running"));
  }

  /** Ends it and removes what it made on the targets. */
  public void cancel() {
    act("cancel", "cancelled");
  }

  private void act(String verb, String state) {
    api.post(path() + "/" + verb, Map.of("reason", "benchmark"));
    await("the workflow is " + state, status -> isState(status, state));
  }

  private String path() {
    return "/v1/workflows/" + name;
  }

  private static boolean isState(JsonNode status, String state) {
    return status.path("state").asText().equals(state);
  }

  private long await(String what, Predicate<JsonNode> condition) {
    return Waiting.until(
        what,
        LIMIT,
        PAUSE,
        () -> {
          JsonNode status = api.get(path() + "/status");
          if (isState(status, "error")) {
            throw new BenchException("the workflow stopped: " + status.path("error"));
          }
          return condition.test(status);
        });
  }
}
