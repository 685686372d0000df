package dev.sluice.capture.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.mysql.ddl.OwnDdl;
import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.DdlStatement;
import dev.sluice.schemas.journal.Marker;
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
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The protocol of one stream, step by step. */
class StreamCoreTest {

  private static final StreamId STREAM = new StreamId("w", "uuid-1", Direction.FORWARD, "-", 0);
  private static final CutPolicy POLICY =
      new CutPolicy(1_000_000, Duration.ofSeconds(10), Duration.ofSeconds(1), 500);

  private final FakeServer server = new FakeServer();
  private final FakeJournal journal = new FakeJournal();
  private final MovePlan plan = plan();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private boolean copyMayRun = true;
  private long copyRun;

  private static MovePlan plan() {
    TableSchema table =
        new TableSchema("t", List.of(column("id"), column("n")), List.of("id"), List.of());
    return new MovePlan(
        List.of("-"),
        List.of("-80", "80-"),
        List.of(
            new TablePlan(
                table, null, new VindexSpec("id", "sha256"), "", "", List.of(), true, 0)));
  }

  private static ColumnSchema column(String name) {
    return new ColumnSchema(
        name, "bigint", "bigint", ValueKind.INTEGER, 0, 0, false, false, null, null, false, false);
  }

  /** Passes statements that say so, into the shape that they name. */
  private static DdlPolicy passing(Map<String, String> builtFor) {
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

  private DdlPolicy ddlPolicy = DdlPolicy.STOP;
  private StreamId stream = STREAM;
  private Repairs repairs = Repairs.NONE;

  private StreamCore core(FakeSlices slices) {
    Clock clock =
        new Clock() {
          @Override
          public ZoneOffset getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(java.time.ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return now;
          }
        };
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

  private static void run(StreamCore core) {
    for (int i = 0; i < 10_000; i++) {
      if (!core.step()) {
        return;
      }
    }
    throw new AssertionError("the core does not come to rest");
  }

  /** A core that has copied everything and met its marker. */
  private StreamCore consistentCore() {
    StreamCore core = core(new FakeSlices(0));
    core.start();
    run(core);
    assertThat(core.consistent()).isTrue();
    return core;
  }

  @Test
  void predecessorsAreShutOutBeforeTheJournalIsRead() {
    core(new FakeSlices(0)).start();
    assertThat(journal.calls).startsWith("fence", "readEnd", "cut STREAM");
  }

  @Test
  void anEmptyJournalBeginsWithThePresentPosition() {
    server.commit(FakeServer.insert(1, 1, 1));
    core(new FakeSlices(0)).start();
    Cut first = journal.cuts.get(0);
    assertThat(first.number()).isEqualTo(1);
    assertThat(first.previousEpoch()).isZero();
    assertThat(first.gtidSet()).isEqualTo(FakeServer.UUID + ":1-1");
    assertThat(first.ranges()).isEmpty();
  }

  @Test
  void slicesAlternateWithTheStreamAndEndInAConsistentCut() {
    FakeSlices slices = new FakeSlices(25);
    StreamCore core = core(slices);
    core.start();
    run(core);
    assertThat(slices.openedAt).hasSize(3);
    assertThat(slices.open).isZero();
    assertThat(server.markerKinds()).containsExactly(Marker.PROBE, Marker.PROBE, Marker.COPIED);
    assertThat(journal.cuts)
        .extracting(Cut::kind)
        .containsExactly(
            CutKind.STREAM,
            CutKind.COPY,
            CutKind.STREAM,
            CutKind.COPY,
            CutKind.STREAM,
            CutKind.COPY,
            CutKind.STREAM);
    Cut last = journal.lastCut();
    assertThat(last.consistent()).isTrue();
    assertThat(last.copyComplete()).isTrue();
    assertThat(journal.cuts.subList(0, 6)).noneMatch(Cut::consistent);
    assertThat(core.copyProgress().tables().get(0).rowsCopied()).isEqualTo(25);
  }

  @Test
  void copiedRowsOfOneCutShareOneSeqAndStandAtTheStreamsPosition() {
    FakeSlices slices = new FakeSlices(10);
    StreamCore core = core(slices);
    core.start();
    run(core);
    Cut copy = journal.cuts.get(1);
    assertThat(copy.gtidSet())
        .isEqualTo(journal.cuts.get(0).gtidSet())
        .isEqualTo(slices.openedAt.get(0));
    assertThat(journal.changesOf(copy))
        .hasSize(10)
        .extracting(Change::seq)
        .containsOnly(copy.lastSeq());
    assertThat(journal.changesOf(copy)).extracting(Change::op).containsOnly(Op.READ);
  }

  @Test
  void noSliceOpensInsideATransaction() {
    FakeSlices slices = new FakeSlices(10);
    copyMayRun = false;
    StreamCore core = core(slices);
    core.start();
    server.append(
        new SourceEvent.Begin(FakeServer.UUID + ":1", "", "f", 4), FakeServer.insert(5, 1, 1));
    run(core);
    copyMayRun = true;
    run(core);
    assertThat(slices.openedAt).isEmpty();
    server.append(new SourceEvent.End(FakeServer.UUID + ":1", 1));
    run(core);
    assertThat(slices.openedAt).containsExactly(FakeServer.UUID + ":1");
  }

  @Test
  void aCutNamesWholeTransactionsOnly() {
    StreamCore core = consistentCore();
    String whole = server.commit(FakeServer.insert(5, 1, 1));
    server.append(
        new SourceEvent.Begin(FakeServer.UUID + ":99", server.executed(), "f", 4),
        FakeServer.insert(5, 2, 2));
    run(core);
    Cut cut = journal.lastCut();
    assertThat(journal.changesOf(cut)).hasSize(1);
    assertThat(journal.changesOf(cut).get(0).source().gtid()).isEqualTo(whole);
    server.append(FakeServer.insert(6, 3, 3), new SourceEvent.End(FakeServer.UUID + ":99", 9));
    run(core);
    assertThat(journal.changesOf(journal.lastCut()))
        .extracting(c -> c.key()[0])
        .containsExactly(2L, 3L);
  }

  @Test
  void aHugeTransactionIsCommittedInPiecesAndCutOnce() {
    StreamCore core = consistentCore();
    int before = journal.cuts.size();
    List<SourceEvent> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      rows.add(FakeServer.insert(10 + i, 100 + i, i));
    }
    server.commit(rows);
    run(core);
    assertThat(journal.calls).contains("unfinished");
    assertThat(journal.cuts).hasSize(before + 1);
    assertThat(journal.changesOf(journal.lastCut())).hasSize(12);
  }

  @Test
  void anUpdateOfTheKeyIsADeleteAndACreateInThatOrder() {
    StreamCore core = consistentCore();
    // 1 belongs to -80, 2 to 80-
    server.commit(FakeServer.update(5, new Object[] {1L, null}, new Object[] {2L, 7L}));
    run(core);
    List<Change> changes = journal.changesOf(journal.lastCut());
    assertThat(changes).extracting(Change::op).containsExactly(Op.DELETE, Op.CREATE);
    assertThat(journal.lastCut().ranges()).hasSize(2);
    assertThat(changes.get(1).seq()).isEqualTo(changes.get(0).seq() + 1);
  }

  @Test
  void theRestartPositionLiesBehindTheTransaction() {
    StreamCore core = consistentCore();
    server.commit(FakeServer.insert(5, 1, 1));
    run(core);
    Cut cut = journal.lastCut();
    assertThat(cut.gtidSet()).isEqualTo(server.executed());
    assertThat(cut.engineOffset()).containsEntry("gtids", server.executed());
    core(new FakeSlices(0)).start();
    assertThat(server.startedAt()).containsEntry("gtids", server.executed());
  }

  @Test
  void aRestartGoesOnOneEpochLater() {
    consistentCore();
    Cut before = journal.lastCut();
    StreamCore again = core(new FakeSlices(0));
    again.start();
    server.commit(FakeServer.insert(5, 1, 1));
    run(again);
    Cut cut = journal.lastCut();
    assertThat(cut.captureEpoch()).isEqualTo(2);
    assertThat(cut.follows(before.captureEpoch(), before.number())).isTrue();
    assertThat(cut.lastSeq()).isEqualTo(before.lastSeq() + 1);
  }

  @Test
  void aRestartInMidCopyCatchesUpFirst() {
    FakeSlices slices = new FakeSlices(25);
    StreamCore core = core(slices);
    core.start();
    while (journal.cuts.size() < 2) {
      core.step();
    }
    StreamCore again = core(slices);
    again.start();
    assertThat(server.markerKinds()).endsWith(Marker.PROBE);
    run(again);
    assertThat(again.consistent()).isTrue();
    assertThat(again.copyProgress().tables().get(0).rowsCopied()).isEqualTo(25);
  }

  @Test
  void echoesOfTheOtherDirectionAreDroppedAndCauseNoCut() {
    StreamCore core = consistentCore();
    int before = journal.cuts.size();
    server.commit(new SourceEvent.CheckpointRow("uuid-1", "reverse"), FakeServer.insert(5, 1, 1));
    run(core);
    assertThat(journal.cuts).hasSize(before);
    server.commit(
        new SourceEvent.CheckpointRow("other-workflow", "reverse"), FakeServer.insert(5, 2, 1));
    run(core);
    assertThat(journal.changesOf(journal.lastCut()))
        .extracting(c -> c.key()[0])
        .containsExactly(2L);
  }

  @Test
  void positionAloneIsWrittenAtMostOnceASecond() {
    StreamCore core = consistentCore();
    int before = journal.cuts.size();
    server.commit();
    run(core);
    assertThat(journal.cuts).hasSize(before);
    now = now.plusSeconds(1);
    run(core);
    assertThat(journal.cuts).hasSize(before + 1);
    assertThat(journal.lastCut().gtidSet()).isEqualTo(server.executed());
  }

  @Test
  void aMarkerEndsItsCutAtOnce() {
    StreamCore core = consistentCore();
    server.commit(FakeServer.insert(5, 1, 1));
    server.commit(new SourceEvent.MarkerRow("tok", "HOLD"));
    server.commit(FakeServer.insert(5, 2, 1));
    run(core);
    Cut marked = journal.cuts.get(journal.cuts.size() - 2);
    assertThat(marked.markers()).containsExactly(new Marker("tok", "HOLD"));
    assertThat(journal.changesOf(marked)).hasSize(1);
    assertThat(journal.lastCut().markers()).isEmpty();
  }

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

  @Test
  void rowsOutsideATransactionAreXa() {
    StreamCore core = consistentCore();
    server.append(FakeServer.insert(5, 1, 1));
    assertFails(core, ErrorCode.XA_TRANSACTION);
  }

  @Test
  void rowsThatComeTwiceBreakTheStream() {
    StreamCore core = consistentCore();
    server.commit(
        FakeServer.insert(5, 1, 1), FakeServer.insert(6, 2, 1), FakeServer.insert(5, 1, 1));
    assertFails(core, ErrorCode.STREAM_BROKEN);
  }

  @Test
  void aBeginInsideATransactionBreaksTheStream() {
    StreamCore core = consistentCore();
    server.append(
        new SourceEvent.Begin("g:1", "", "f", 4), new SourceEvent.Begin("g:2", "", "f", 4));
    assertFails(core, ErrorCode.STREAM_BROKEN);
  }

  private static void assertFails(StreamCore core, ErrorCode code) {
    assertThatThrownBy(() -> run(core))
        .isInstanceOfSatisfying(SluiceException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  @Test
  void aCopyThatIsAskedForAgainVoidsWhatTheJournalHolds() {
    consistentCore();
    Cut before = journal.lastCut();
    server.commit(FakeServer.insert(1, 1, 1));
    FakeSlices slices = new FakeSlices(10);
    copyRun = 1;
    StreamCore core = core(slices);
    core.start();
    run(core);

    Cut first = journal.cuts.get((int) before.number());
    assertThat(first.kind()).isEqualTo(CutKind.RECOPY);
    assertThat(first.number()).isEqualTo(before.number() + 1);
    assertThat(first.captureEpoch()).isGreaterThan(before.captureEpoch());
    assertThat(first.consistent() || first.copyComplete()).isFalse();
    assertThat(first.copyRun()).isEqualTo(1);
    assertThat(core.consistent()).isTrue();
    assertThat(core.copyProgress().tables().get(0).rowsCopied()).isEqualTo(10);
    assertThat(journal.lastCut().copyRun()).isEqualTo(1);

    core(new FakeSlices(10)).start();
    assertThat(journal.cuts).filteredOn(cut -> cut.kind() == CutKind.RECOPY).hasSize(1);
  }

  @Test
  void theCopysProgressIsSaidAgainBeforeTheJournalGetsLong() {
    StreamCore core = consistentCore();
    for (int i = 0; i < 5_100; i++) {
      server.commit(FakeServer.insert(1_000 + i, 1, 1));
      run(core);
    }

    List<Cut> copies = journal.cuts.stream().filter(cut -> cut.kind() == CutKind.COPY).toList();
    Cut again = copies.get(copies.size() - 1);
    assertThat(again.number()).isGreaterThan(5_000);
    assertThat(again.ranges()).isEmpty();
    assertThat(again.consistent() && again.copyComplete()).isTrue();
    assertThat(journal.lastCut().lastCopyCutOffset()).isPositive();
  }

  /** The way back copies nothing. */
  @Test
  void theWayBackBeginsWhereBothSidesAreEqual() {
    stream = new StreamId("w", "uuid-1", Direction.REVERSE, "-80", 0);
    server.denies = true;
    StreamCore core = core(new FakeSlices(10));
    core.start();
    run(core);

    Cut first = journal.cuts.get(0);
    assertThat(first.kind()).isEqualTo(CutKind.STREAM);
    assertThat(first.consistent() && first.copyComplete()).isTrue();
    assertThat(first.denied()).as("the fence's row lies before the stream").isTrue();
    assertThat(server.markerKinds()).isEmpty();
    assertThat(journal.cuts).hasSize(1);

    copyRun = 1;
    server.commit(FakeServer.insert(1, 2, 2));
    core(new FakeSlices(10)).start();
    Cut again = journal.lastCut();
    assertThat(again.kind()).isEqualTo(CutKind.RESTART);
    assertThat(again.consistent()).isTrue();
    assertThat(again.gtidSet()).isEqualTo(FakeServer.UUID + ":1-1");
    assertThat(again.copyRun()).isEqualTo(1);
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

  @Test
  void aSideThatIsDeniedRepairsNothing() {
    repairs =
        new Repairs() {
          @Override
          public String next(Collection<String> done) {
            return done.contains("r") ? null : "r";
          }

          @Override
          public Set<String> stillAsked(Collection<String> done) {
            return Set.copyOf(done);
          }

          @Override
          public List<Found> read(String gtidSet, String id) {
            return List.of(new Found(0, 0, new Object[] {1L}, new Object[] {1L, 7L}));
          }
        };
    stream = new StreamId("w", "uuid-1", Direction.REVERSE, "-80", 0);
    server.denies = true;
    StreamCore core = core(new FakeSlices(0));
    core.start();
    run(core);
    assertThat(journal.cuts).noneMatch(cut -> cut.kind() == CutKind.REPAIR);

    server.commit(new SourceEvent.FenceRow("uuid-1/target/-80", "token", true, false));
    run(core);
    assertThat(journal.cuts).filteredOn(cut -> cut.kind() == CutKind.REPAIR).hasSize(1);
    assertThat(journal.lastCut().consistent()).isTrue();
    assertThat(journal.lastCut().repaired()).containsExactly("r");
  }

  /** Whatever took the engine's place away: what lies between is never left out (I3). */
  @Test
  void aSourceThatBeginsFurtherOnBreaksTheStreamBeforeAnyCut() {
    consistentCore();
    String before = journal.lastCut().gtidSet();
    int cuts = journal.cuts.size();
    server.commit(FakeServer.insert(5, 1, 1));
    server.connectsAt = server.executed();
    server.commit(FakeServer.insert(5, 2, 1));

    StreamCore again = core(new FakeSlices(0));
    again.start();
    assertFails(again, ErrorCode.STREAM_BROKEN);
    assertThat(journal.cuts).hasSize(cuts);
    assertThat(journal.lastCut().gtidSet()).isEqualTo(before);
  }

  /** A replica that had not got the marker was made the primary; heartbeats go on there. */
  @Test
  void aMarkerThatAFailoverLosesIsWrittenAgain() {
    server.losesMarker = true;
    StreamCore core = core(new FakeSlices(25));
    core.start();
    run(core);
    assertThat(server.markerKinds()).containsExactly(Marker.PROBE);
    assertThat(journal.lastCut().kind()).isEqualTo(CutKind.COPY);

    server.beat();
    run(core);
    assertThat(server.markerKinds())
        .containsExactly(Marker.PROBE, Marker.PROBE, Marker.PROBE, Marker.COPIED);
    assertThat(core.consistent()).isTrue();
  }

  @Test
  void theLastMarkerIsWrittenAgainToo() {
    server.losesMarker = true;
    StreamCore core = core(new FakeSlices(0));
    core.start();
    run(core);
    assertThat(core.consistent()).isFalse();

    server.beat();
    run(core);
    assertThat(server.markerKinds()).containsExactly(Marker.COPIED, Marker.COPIED);
    assertThat(core.consistent()).isTrue();
    server.beat();
    run(core);
    assertThat(server.markerKinds()).as("once is enough").hasSize(2);
  }

  @Test
  void aStreamThatIsNeverIdleComesToRestBetweenTransactions() {
    StreamCore core = consistentCore();
    server.commit(FakeServer.insert(5, 1, 1));
    server.append(
        new SourceEvent.Begin(FakeServer.UUID + ":99", server.executed(), "f", 4),
        FakeServer.insert(5, 2, 2));
    server.append(FakeServer.insert(6, 3, 3), new SourceEvent.End(FakeServer.UUID + ":99", 9));
    // BEGIN, row, END: whole, and its Kafka transaction is open
    for (int i = 0; i < 3; i++) {
      core.step();
    }
    assertThat(journal.isOpen()).isTrue();
    assertThat(core.settle()).isTrue();
    assertThat(journal.isOpen()).isFalse();
    assertThat(journal.changesOf(journal.lastCut())).hasSize(1);

    core.step();
    core.step();
    int cuts = journal.cuts.size();
    assertThat(core.settle()).as("in mid-transaction").isFalse();
    assertThat(journal.cuts).hasSize(cuts);
    run(core);
    assertThat(journal.changesOf(journal.lastCut())).hasSize(2);
  }

  /** A server whose clock was an hour ahead once would hide an hour of lag. */
  @Test
  void sourceTimeIsTheNewestTransactionsWhateverItIs() {
    StreamCore core = consistentCore();
    server.append(
        new SourceEvent.Begin(FakeServer.UUID + ":98", server.executed(), "f", 4),
        FakeServer.insert(5, 2, 2),
        new SourceEvent.End(FakeServer.UUID + ":98", 9_000_000));
    run(core);
    assertThat(journal.lastCut().sourceTimeMillis()).isEqualTo(9_000_000);
    server.append(
        new SourceEvent.Begin(FakeServer.UUID + ":99", server.executed(), "f", 4),
        FakeServer.insert(5, 3, 2),
        new SourceEvent.End(FakeServer.UUID + ":99", 7_000_000));
    run(core);
    assertThat(journal.lastCut().sourceTimeMillis()).isEqualTo(7_000_000);
  }
}
