package dev.sluice.capture.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.Marker;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The protocol of one stream, step by step. */
class StreamCoreTest extends StreamCoreCase {

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
