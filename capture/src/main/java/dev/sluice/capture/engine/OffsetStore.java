package dev.sluice.capture.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.storage.OffsetBackingStore;
import org.apache.kafka.connect.util.Callback;

/**
 * The engine's offset store: answers the offset of the last cut and keeps nothing, since the
 * journal is the only place a restart reads its position from. The engine makes its own instance by
 * class name, which finds the offset by the engine's {@link EngineRun}. Thread-safe.
 */
public final class OffsetStore implements OffsetBackingStore {

  private String run;

  @Override
  public void configure(WorkerConfig config) {
    run = config.originalsStrings().get(EngineRun.RUN);
  }

  @Override
  public void start() {}

  @Override
  public void stop() {}

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException when the run is over: to an engine, no offset means to begin at
   *     the server's present position
   */
  @Override
  public Future<Map<ByteBuffer, ByteBuffer>> get(Collection<ByteBuffer> keys) {
    Map<ByteBuffer, ByteBuffer> result = new HashMap<>();
    if (!EngineRun.NONE.equals(run)) {
      byte[] bytes = EngineRun.of(run).offsetJson().getBytes(StandardCharsets.UTF_8);
      keys.forEach(key -> result.put(key, ByteBuffer.wrap(bytes)));
    }
    return CompletableFuture.completedFuture(result);
  }

  @Override
  public Future<Void> set(Map<ByteBuffer, ByteBuffer> values, Callback<Void> callback) {
    if (callback != null) {
      callback.onCompletion(null, null);
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public Set<Map<String, Object>> connectorPartitions(String connectorName) {
    return Set.of();
  }
}
