package dev.sluice.capture.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.Marker;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.StreamId;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Streams that begin again: after a restart, for another copy, for the way back. */
class StreamCoreAgainTest extends StreamCoreCase {

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
}
