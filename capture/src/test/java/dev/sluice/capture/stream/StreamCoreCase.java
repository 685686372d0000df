package dev.sluice.capture.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.DdlStatement;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.table.ValueKind;
import dev.sluice.schemas.vindex.VindexSpec;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.StreamId;
import dev.sluice.schemas.workflow.TablePlan;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/** A stream on a fake server and journal, and a clock that the test sets. */
abstract class StreamCoreCase {

  static final StreamId STREAM = new StreamId("w", "uuid-1", Direction.FORWARD, "-", 0);
  static final CutPolicy POLICY =
      new CutPolicy(1_000_000, Duration.ofSeconds(10), Duration.ofSeconds(1), 500);

  final FakeServer server = new FakeServer();
  final FakeJournal journal = new FakeJournal();
  final MovePlan plan = plan();
  Instant now = Instant.parse("2026-01-01T00:00:00Z");
  boolean copyMayRun = true;
  long copyRun;

  static MovePlan plan() {
    TableSchema table =
        new TableSchema("t", List.of(column("id"), column("n")), List.of("id"), List.of());
    return new MovePlan(
        List.of("-"),
        List.of("-80", "80-"),
        List.of(
            new TablePlan(
                table, null, new VindexSpec("id", "sha256"), "", "", List.of(), true, 0)));
  }

  static ColumnSchema column(String name) {
    return new ColumnSchema(
        name, "bigint", "bigint", ValueKind.INTEGER, 0, 0, false, false, null, null, false, false);
  }

  /** Passes statements that say so, into the shape that they name. */
  static DdlPolicy passing(Map<String, String> builtFor) {
    return new DdlPolicy() {
      @Override
      public Map<String, String> shapes() {
        return builtFor;
      }

      @Override
      public DdlVerdict judge(SourceEvent.Ddl ddl, DdlStatement held, boolean own) {
        DdlStatement statement =
            new DdlStatement(
                ddl.table(),
                ddl.statement(),
                ddl.gtid(),
                own ? DdlStatement.Action.OWN : DdlStatement.Action.CHECK,
                1);
        return ddl.statement().contains("shape")
            ? DdlVerdict.pass(statement, Map.of("t", "{}"))
            : DdlVerdict.pass(statement, builtFor);
      }
    };
  }

  DdlPolicy ddlPolicy = DdlPolicy.STOP;
  StreamId stream = STREAM;
  Repairs repairs = Repairs.NONE;

  StreamCore core(FakeSlices slices) {
    Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
    return new StreamCore(
        stream,
        new StreamPorts(
            server,
            journal,
            slices,
            server,
            new RowRouter(plan, stream),
            new StreamListener() {},
            () -> copyMayRun,
            clock,
            PausePoints.off(),
            ddlPolicy,
            repairs),
        POLICY,
        "beat",
        copyRun);
  }

  static void run(StreamCore core) {
    for (int i = 0; i < 10_000; i++) {
      if (!core.step()) {
        return;
      }
    }
    throw new AssertionError("the core does not come to rest");
  }

  /** A core that has copied everything and met its marker. */
  StreamCore consistentCore() {
    StreamCore core = core(new FakeSlices(0));
    core.start();
    run(core);
    assertThat(core.consistent()).isTrue();
    return core;
  }

  static void assertFails(StreamCore core, ErrorCode code) {
    assertThatThrownBy(() -> run(core))
        .isInstanceOfSatisfying(SluiceException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
