package dev.sluice.capture.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.runtime.WorkerConfig;
import org.apache.kafka.connect.runtime.standalone.StandaloneConfig;
import org.junit.jupiter.api.Test;

/** A capture that still closes, and its successor in the same process. */
class EngineRunTest {

  private static final ByteBuffer KEY = ByteBuffer.wrap(new byte[] {1});

  private static final class Deaf implements RawEvents {
    @Override
    public void connected(String gtidSet) {}

    @Override
    public void read(long bytes) {}

    @Override
    public void transactionEnded() {}
  }

  private static EngineRun begin(String offset) {
    return EngineRun.begin(offset, new Deaf());
  }

  private static String offset(String run) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", "localhost:1");
    settings.put("key.converter", "org.apache.kafka.connect.json.JsonConverter");
    settings.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
    settings.put(StandaloneConfig.OFFSET_STORAGE_FILE_FILENAME_CONFIG, "");
    if (run != null) {
      settings.put(EngineRun.RUN, run);
    }
    WorkerConfig config = new StandaloneConfig(settings);
    OffsetStore store = new OffsetStore();
    store.configure(config);
    ByteBuffer value = store.get(List.of(KEY)).get().get(KEY);
    return value == null ? null : StandardCharsets.UTF_8.decode(value.duplicate()).toString();
  }

  @Test
  void whoClosesTakesNothingFromItsSuccessor() throws Exception {
    EngineRun old = begin("{\"gtids\":\"u:1-5\"}");
    EngineRun next = begin("{\"gtids\":\"u:1-9\"}");
    old.close();

    assertThat(offset(next.id())).isEqualTo("{\"gtids\":\"u:1-9\"}");
    next.close();
  }

  /** No offset would mean: begin where the server is now. */
  @Test
  void anEngineWithoutAPlaceIsAnErrorAndDoesNotBegin() {
    EngineRun over = begin("{}");
    over.close();

    assertThatThrownBy(() -> offset(over.id())).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> offset(null)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void anEngineThatOnlyTakesASnapshotHasNone() throws Exception {
    assertThat(offset(EngineRun.NONE)).isNull();
  }
}
