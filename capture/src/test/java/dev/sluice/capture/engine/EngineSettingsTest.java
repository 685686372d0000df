package dev.sluice.capture.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EngineSettingsTest {

  @Test
  void namesBecomePatternsThatMatchThemAlone() {
    String pattern = EngineSettings.pattern("my.db", "a,b$(c)");
    assertThat(pattern).doesNotContain(",");
    assertThat("my.db.a,b$(c)").matches(pattern);
    assertThat("myXdb.a,b$(c)").doesNotMatch(pattern);
  }

  @Test
  void anOffsetIsWrittenAsTheEngineReadsIt() {
    assertThat(EngineOffset.json(Map.of("file", "binlog.000003", "pos", "77", "gtids", "u:1-3")))
        .isEqualTo("{\"file\":\"binlog.000003\",\"pos\":77,\"gtids\":\"u:1-3\"}");
    assertThat(EngineOffset.json(Map.of())).isEqualTo("{\"file\":\"\",\"pos\":4}");
    assertThatThrownBy(() -> EngineOffset.json(Map.of("file", "a\"b")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
