package dev.sluice.capture.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.capture.stream.SourceEvent;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.StreamId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** Rows of a schema that the server shows in another case than the configuration has it. */
class EventTranslatorNamesTest {

  private static final Schema SOURCE =
      SchemaBuilder.struct()
          .field("db", Schema.STRING_SCHEMA)
          .field("table", Schema.STRING_SCHEMA)
          .build();

  private static final Schema VALUE =
      SchemaBuilder.struct().field("source", SOURCE).field("op", Schema.STRING_SCHEMA).build();

  /** A marker that nobody hears would let the copy wait for ever, without a word. */
  @Test
  void aSidecarOfAnotherCaseIsAnError() {
    assertThatThrownBy(() -> translate("Sluice_Meta", true, "sluice_meta"))
        .isInstanceOfSatisfying(
            SluiceException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION);
              assertThat(e.retryable()).isFalse();
            })
        .hasMessageContaining("Sluice_Meta");
  }

  @Test
  void whereCaseCountsAnotherSchemaIsNobodysBusiness() {
    assertThat(translate("Sluice_Meta", false, "sluice_meta")).isEmpty();
    assertThat(translate("sluice_meta", true, "other")).isEmpty();
  }

  private static List<SourceEvent> translate(String sidecar, boolean ignoresCase, String shown) {
    EventTranslator translator =
        new EventTranslator(
            new StreamId("w", "uuid", Direction.FORWARD, "-", 0),
            new MovePlan(List.of("-"), List.of("-"), List.of()),
            "commerce",
            sidecar,
            ignoresCase,
            null,
            null);
    Struct row =
        new Struct(VALUE)
            .put("source", new Struct(SOURCE).put("db", shown).put("table", "marker"))
            .put("op", "c");
    List<SourceEvent> events = new ArrayList<>();
    translator.translate(
        new SourceRecord(Map.of(), Map.of(), "any." + shown + ".marker", VALUE, row), events);
    return events;
  }
}
