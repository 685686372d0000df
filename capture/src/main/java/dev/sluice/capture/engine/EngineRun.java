package dev.sluice.capture.engine;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One start of a stream's engine, as the parts that Debezium makes by class name find it: by an id
 * that no other start has. A stream's next engine may begin while the one before still dies, and
 * neither can take the other's place away. Thread-safe.
 */
final class EngineRun implements AutoCloseable {

  /** Setting of the engine: which run it is. */
  static final String RUN = "sluice.run";

  /** Value of {@link #RUN} for an engine that begins at no position and does not stream. */
  static final String NONE = "none";

  private static final Map<String, EngineRun> RUNS = new ConcurrentHashMap<>();

  private final String id = UUID.randomUUID().toString();
  private final String offsetJson;
  private final RawEvents heard;

  private EngineRun(String offsetJson, RawEvents heard) {
    this.offsetJson = offsetJson;
    this.heard = heard;
  }

  /**
   * Begins a run.
   *
   * @param offsetJson where the engine begins
   * @param heard hears what the engine's binary log client reads
   */
  static EngineRun begin(String offsetJson, RawEvents heard) {
    EngineRun run = new EngineRun(offsetJson, heard);
    RUNS.put(run.id, run);
    return run;
  }

  /**
   * The run of that id.
   *
   * @throws IllegalStateException when it is over: an engine that went on without its position
   *     would stream from wherever the server is now, and leave out what lies between
   */
  static EngineRun of(String id) {
    EngineRun run = id == null ? null : RUNS.get(id);
    if (run == null) {
      throw new IllegalStateException(
          "the engine's run is over, or it was never told where to begin (" + RUN + "=" + id + ")");
    }
    return run;
  }

  String id() {
    return id;
  }

  String offsetJson() {
    return offsetJson;
  }

  RawEvents heard() {
    return heard;
  }

  /** Ends this run, and no other. */
  @Override
  public void close() {
    RUNS.remove(id);
  }
}
