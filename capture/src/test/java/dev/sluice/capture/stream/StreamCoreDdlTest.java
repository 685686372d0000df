package dev.sluice.capture.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.mysql.ddl.OwnDdl;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.DdlStatement;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.StreamId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** DDL in the stream. */
class StreamCoreDdlTest extends StreamCoreCase {

  @Test
  void ddlStopsBehindTheCutOfEverythingBeforeIt() {
    StreamCore core = consistentCore();
    server.commit(FakeServer.insert(5, 1, 1));
    server.append(new SourceEvent.Ddl("t", "ALTER TABLE t ...", "g"));
    assertFails(core, ErrorCode.DDL_STOPPED);
    assertThat(journal.changesOf(journal.lastCut())).hasSize(1);
    assertThat(journal.isOpen()).isFalse();
  }

  @Test
  void ddlThatPassesHasACutOfItsOwnWithThePositionBehindIt() {
    ddlPolicy = passing(Map.of());
    StreamCore core = consistentCore();
    server.commit(FakeServer.insert(5, 1, 1));
    SourceEvent.Ddl ddl = server.ddl("ALTER TABLE t ADD INDEX (n)");
    server.append(ddl, ddl);
    server.commit(FakeServer.insert(5, 2, 1));
    run(core);
    List<Cut> last = journal.cuts.subList(journal.cuts.size() - 3, journal.cuts.size());
    assertThat(last.get(0).ranges()).hasSize(1);
    assertThat(last.get(1).ranges()).isEmpty();
    assertThat(last.get(1).ddl()).hasSize(1);
    assertThat(last.get(1).gtidSet()).isEqualTo(FakeServer.UUID + ":1-" + ddl.gtid().split(":")[1]);
    assertThat(last.get(2).ddl()).as("one statement, two events").isEmpty();
  }

  @Test
  void aNewShapeEndsTheCoreAndTheNextOneMustBeBuiltForIt() {
    ddlPolicy = passing(Map.of());
    StreamCore core = consistentCore();
    server.append(server.ddl("ALTER TABLE t ADD shape INT"));
    server.commit(FakeServer.insert(5, 2, 1));
    assertThatThrownBy(() -> run(core))
        .isInstanceOfSatisfying(
            ShapesChangedException.class, e -> assertThat(e.shapes()).containsOnlyKeys("t"));
    assertThat(journal.lastCut().shapes()).containsOnlyKeys("t");

    StreamCore old = core(new FakeSlices(0));
    assertThatThrownBy(old::start).isInstanceOf(ShapesChangedException.class);

    ddlPolicy = passing(Map.of("t", "{}"));
    StreamCore next = core(new FakeSlices(0));
    next.start();
    server.commit(FakeServer.insert(6, 3, 1));
    run(next);
    assertThat(journal.lastCut().shapes()).containsOnlyKeys("t");
    assertThat(next.consistent()).isTrue();
  }

  @Test
  void anAnnouncedStatementPassesOnceAndTheAnnouncementOutlivesARestart() {
    String token = "00000000-0000-0000-0000-00000000000a";
    StreamCore core = consistentCore();
    server.commit(new SourceEvent.CheckpointRow("uuid-1", "reverse", "-/-80", token));
    now = now.plusSeconds(2);
    server.commit();
    run(core);
    assertThat(journal.lastCut().announced()).containsEntry("-/-80", token);

    StreamCore next = core(new FakeSlices(0));
    next.start();
    String own = OwnDdl.marked("ALTER TABLE t ADD INDEX (n)", token, "0".repeat(64));
    server.append(server.ddl(own));
    server.commit(FakeServer.insert(5, 1, 1));
    run(next);
    assertThat(journal.lastCut().announced()).isEmpty();

    server.append(server.ddl(own));
    assertFails(next, ErrorCode.DDL_STOPPED);
  }

  /**
   * DDL since the plan: the first cut says what tables look like, and that appliers are to look.
   */
  @ParameterizedTest
  @EnumSource
  void aStreamSaysWhatTablesLookLikeWhenItBegins(Direction direction) {
    stream = new StreamId("w", "uuid-1", direction, "-", 0);
    ddlPolicy =
        new DdlPolicy() {
          @Override
          public Map<String, String> shapes() {
            return Map.of();
          }

          @Override
          public Map<String, String> present() {
            return Map.of("t", "{}");
          }

          @Override
          public DdlVerdict judge(SourceEvent.Ddl ddl, DdlStatement held, boolean own) {
            throw new AssertionError("no DDL comes");
          }
        };
    assertThatThrownBy(() -> core(new FakeSlices(0)).start())
        .isInstanceOf(ShapesChangedException.class);

    Cut first = journal.lastCut();
    assertThat(first.shapes()).isEqualTo(Map.of("t", "{}"));
    assertThat(first.passedDdl())
        .singleElement()
        .satisfies(
            ddl -> {
              assertThat(ddl.table()).isEqualTo("t");
              assertThat(ddl.action()).isEqualTo(DdlStatement.Action.CHECK);
            });
  }
}
