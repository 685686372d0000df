package dev.sluice.schemas.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.Columns;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.vindex.VindexSpec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkflowRecordTest {

  @Test
  void aRecordComesBackFromJsonAsItWent() {
    WorkflowRecord record = record().moved(WorkflowState.COPYING, Instant.EPOCH, "me", "because");

    byte[] json = SluiceJson.write(record);

    assertThat(SluiceJson.read(json, WorkflowRecord.class)).isEqualTo(record);
    assertThat(new String(json, StandardCharsets.UTF_8))
        .contains(
            "\"state\":\"copying\"", "\"copy.slice\":\"5s\"", "\"at\":\"1970-01-01T00:00:00Z\"");
  }

  @Test
  void optionsHaveDefaultsAndNameWhatIsWrong() {
    WorkflowOptions options =
        SluiceJson.read(
            "{\"copy.readers\":4}".getBytes(StandardCharsets.UTF_8), WorkflowOptions.class);

    assertThat(options.copyReaders()).isEqualTo(4);
    assertThat(options.copySliceDuration()).hasSeconds(5);
    assertThat(options.copyMaxBacklog()).isEqualTo(10L << 30);
    assertThatThrownBy(
            () ->
                SluiceJson.read(
                    "{\"on-ddl\":\"guess\"}".getBytes(StandardCharsets.UTF_8),
                    WorkflowOptions.class))
        .hasStackTraceContaining("options.on-ddl");
  }

  /** Until then every row on the target is somebody else's. */
  @Test
  void theCopyHasBegunOnceTheStateWasReached() {
    WorkflowRecord refused =
        record()
            .moved(WorkflowState.ERROR, Instant.EPOCH, "controller", "a table holds rows")
            .moved(WorkflowState.CREATED, Instant.EPOCH, "me", "copy again")
            .moved(WorkflowState.CANCELLING, Instant.EPOCH, "me", "never mind");
    assertThat(refused.copyBegan()).isFalse();

    WorkflowRecord copied =
        record()
            .moved(WorkflowState.COPYING, Instant.EPOCH, "controller", "")
            .moved(WorkflowState.CREATED, Instant.EPOCH, "me", "copy again")
            .moved(WorkflowState.CANCELLING, Instant.EPOCH, "me", "never mind");
    assertThat(copied.copyBegan()).isTrue();
    byte[] json = SluiceJson.write(copied);
    assertThat(SluiceJson.read(json, WorkflowRecord.class).copyBegan()).isTrue();
  }

  @Test
  void partitionsPairOneWriterWithOneReader() {
    MovePlan plan = new MovePlan(List.of("-80", "80-"), List.of("-40", "40-c0", "c0-"), List.of());

    assertThat(plan.partitions()).isEqualTo(6);
    assertThat(plan.partition(Direction.FORWARD, 1, 2)).isEqualTo(5);
    assertThat(plan.partition(Direction.REVERSE, 2, 1)).isEqualTo(5);
    assertThat(plan.partition(Direction.REVERSE, 1, 0)).isEqualTo(2);
  }

  private static WorkflowRecord record() {
    TableSchema table =
        new TableSchema("t", List.of(Columns.bigint("id").build()), List.of("id"), List.of());
    MovePlan plan =
        new MovePlan(
            List.of("-"),
            List.of("-80", "80-"),
            List.of(
                new TablePlan(
                    table,
                    null,
                    new VindexSpec("id", "sha256"),
                    "full",
                    "create",
                    List.of(new TablePlan.DeferredIndex("k", "ADD KEY `k` (`id`)")),
                    true,
                    12)));
    WorkflowSpec spec = new WorkflowSpec("w", "a", "b", List.of("t"), false, null, Map.of(), null);
    return new WorkflowRecord(
        "uuid", spec, WorkflowState.CREATED, null, Instant.EPOCH, List.of(), 1, plan, null);
  }
}
