package dev.sluice.schemas.vdiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.vdiff.VDiffResult.Sample;
import dev.sluice.schemas.vdiff.VDiffResult.TableResult;
import dev.sluice.schemas.workflow.SluiceJson;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VDiffEntryTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private static final VDiffOrder ORDER =
      new VDiffOrder("u", "w", "wu", List.of("t"), null, null, NOW, true, 1, 0, List.of());

  private static VDiffResult result(long run, VDiffState state, long mismatched, long open) {
    TableResult table =
        new TableResult(
            state,
            10,
            10 - mismatched,
            mismatched,
            0,
            0,
            0,
            0,
            open,
            10,
            mismatched,
            List.of(
                new Sample(
                    RowClass.MISMATCHED,
                    Map.of("id", "1"),
                    Map.of("id", "1"),
                    Map.of("id", "1"),
                    "-80")),
            Map.of());
    return new VDiffResult(
        "u",
        "w",
        "wu",
        state,
        "",
        run,
        0,
        NOW,
        NOW,
        NOW,
        null,
        100,
        null,
        0,
        Map.of("t", table),
        null,
        null,
        0,
        null);
  }

  @Test
  void anAnswerOfAnEarlierRunDoesNotCount() {
    assertThat(new VDiffEntry(ORDER, Optional.empty()).state()).isEqualTo(VDiffState.PENDING);
    VDiffResult answer = result(1, VDiffState.COMPLETED, 0, 0);
    assertThat(new VDiffEntry(ORDER, Optional.of(answer)).clean()).isTrue();
    VDiffOrder again = ORDER.repaired(new VDiffOrder.Action("repair", NOW, "me", "why"));
    assertThat(new VDiffEntry(again, Optional.of(answer)).state()).isEqualTo(VDiffState.PENDING);
    assertThat(new VDiffEntry(again, Optional.of(answer)).clean()).isFalse();
  }

  @Test
  void aRowOfWhichNothingCanBeSaidIsNotClean() {
    VDiffEntry entry = new VDiffEntry(ORDER, Optional.of(result(1, VDiffState.COMPLETED, 0, 1)));
    assertThat(entry.clean()).isFalse();
    assertThat(entry.mismatches()).isEqualTo(1);
  }

  @Test
  void recordsComeBackAsTheyWere() {
    VDiffResult answer = result(1, VDiffState.COMPLETED, 2, 0);
    byte[] json = SluiceJson.write(answer);
    assertThat(new String(json)).contains("\"class\":\"mismatched\"");
    assertThat(SluiceJson.read(json, VDiffResult.class)).isEqualTo(answer);
    assertThat(SluiceJson.read(SluiceJson.write(ORDER), VDiffOrder.class)).isEqualTo(ORDER);
  }

  @Test
  void anAgeOutOfRangeIsNamed() {
    assertThatThrownBy(
            () ->
                new VDiffOrder(
                    "u", "w", "wu", List.of("t"), null, "2d", NOW, true, 1, 0, List.of()))
        .hasMessageContaining("maxSnapshotAge");
  }
}
