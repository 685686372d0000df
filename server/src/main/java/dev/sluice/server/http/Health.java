package dev.sluice.server.http;

import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What the process is doing or waiting for, and since when. Thread-safe. */
public final class Health {

  private record Stage(String name, Instant since) {}

  private final Clock clock;
  private final Supplier<Optional<Problem>> problem;
  private volatile Stage stage;
  private volatile boolean started;
  private volatile boolean broken;

  /** Something that keeps a started process from being ready. */
  public record Problem(String name, Instant since) {}

  /**
   * @param problem asked at each call once the process has started
   */
  public Health(Clock clock, Supplier<Optional<Problem>> problem) {
    this.clock = clock;
    this.problem = problem;
    this.stage = new Stage("starting", clock.instant());
  }

  /** Enters a stage. */
  public void stage(String name) {
    stage = new Stage(name, clock.instant());
  }

  /** The process serves from now on. */
  public void started() {
    stage("serving");
    started = true;
  }

  /** The process is stopping. */
  public void stopping() {
    started = false;
    stage("stopping");
  }

  /** The process cannot recover: it wants to be restarted. */
  public void broken(String name) {
    broken = true;
    stage(name);
  }

  boolean live() {
    return !broken;
  }

  boolean ready() {
    return started && !broken && problem.get().isEmpty();
  }

  Map<String, Object> view(boolean healthy) {
    Map<String, Object> view = new LinkedHashMap<>();
    Optional<Problem> now = started ? problem.get() : Optional.empty();
    view.put("status", healthy ? "up" : "down");
    view.put("stage", now.map(Problem::name).orElse(stage.name()));
    view.put("since", now.map(Problem::since).orElse(stage.since()));
    return view;
  }
}
