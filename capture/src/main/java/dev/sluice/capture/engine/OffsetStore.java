package dev.sluice.capture.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.storage.OffsetBackingStore;
import org.apache.kafka.connect.util.Callback;

/**
 * The engine's offset store: answers the offset of the last cut and keeps nothing, since the
 * journal is the only place a restart reads its position from. The engine makes its own instance by
 * name, so offsets wait in a map by engine name. Thread-safe.
 */
public final class OffsetStore implements OffsetBackingStore {

  /** Setting of the engine: whose offset to answer. */
  static final String ENGINE = "sluice.engine";

  private static final Map<String, String> OFFSETS = new ConcurrentHashMap<>();

  private String engine;

  /** Sets the offset that the engine of this name begins with, as JSON. */
  static void prime(String engine, String offsetJson) {
    OFFSETS.put(engine, offsetJson);
  }

  /** Forgets the engine. */
  static void forget(String engine) {
    OFFSETS.remove(engine);
  }

  @Override
  public void configure(WorkerConfig config) {
    engine = config.originalsStrings().get(ENGINE);
  }

  @Override
  public void start() {}

  @Override
  public void stop() {}

  @Override
  public Future<Map<ByteBuffer, ByteBuffer>> get(Collection<ByteBuffer> keys) {
    Map<ByteBuffer, ByteBuffer> result = new HashMap<>();
    String offset = OFFSETS.get(engine);
    if (offset != null) {
      byte[] bytes = offset.getBytes(StandardCharsets.UTF_8);
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
