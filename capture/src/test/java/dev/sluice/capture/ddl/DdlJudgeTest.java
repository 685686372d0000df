package dev.sluice.capture.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.capture.stream.DdlVerdict;
import dev.sluice.capture.stream.SourceEvent;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.journal.DdlStatement;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.TablePlan;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is asked of the workflow's record is asked when the statement comes. */
class DdlJudgeTest {

  private static final MovePlan PLAN =
      new MovePlan(
          List.of("-"),
          List.of("-"),
          List.of(
              new TablePlan(
                  new TableSchema(
                      "t",
                      List.of(ColumnShapes.built(column("id", "INT")).orElseThrow()),
                      List.of("id"),
                      List.of()),
                  null,
                  null,
                  "",
                  "",
                  List.of(),
                  true,
                  1)));

  private static SourceEvent.EngineColumn column(String name, String type) {
    return new SourceEvent.EngineColumn(name, type, -1, -1, true, false, null, List.of());
  }

  private long generation = 1;
  private Optional<String> runsNothing = Optional.of("applications do not write on this side");

  private DdlJudge judge(String onDdl) {
    Endpoint nowhere = new Endpoint("127.0.0.1", 1, "u", () -> "p", "s", Map::of);
    return new DdlJudge(
        onDdl,
        PLAN,
        Direction.FORWARD,
        Map.of(),
        "s",
        new ShapeReader(new MySqlSessions("test"), nowhere),
        () -> generation,
        () -> runsNothing);
  }

  private static SourceEvent.Ddl ddl() {
    return new SourceEvent.Ddl("t", "ALTER TABLE t ADD COLUMN c INT", "g:1");
  }

  /** Another unit's error and `start` in between: no operator has seen this statement. */
  @Test
  void aStartFromBeforeTheStatementAcceptsNothing() {
    DdlJudge running = judge("stop");
    generation = 2;
    DdlStatement held = running.judge(ddl(), null, false).statement();
    assertThat(held.action()).isEqualTo(DdlStatement.Action.HOLD);
    assertThat(held.generation()).isEqualTo(2);

    DdlVerdict takenOver = judge("stop").judge(ddl(), held, false);
    assertThat(takenOver.stop()).isNotNull();
    assertThat(takenOver.stop().code()).isEqualTo(ErrorCode.DDL_STOPPED);
  }

  /** The way back is launched while the traffic is on the source. */
  @Test
  void whetherAppliersMayRunAStatementFollowsTheTraffic() {
    DdlJudge running = judge("exec");
    assertThat(running.judge(ddl(), null, false).stop())
        .hasMessageContaining("applications do not write on this side");
    runsNothing = Optional.of("another reason by now");
    assertThat(running.judge(ddl(), null, false).stop())
        .hasMessageContaining("another reason by now");
  }
}
