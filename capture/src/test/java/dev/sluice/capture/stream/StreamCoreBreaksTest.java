package dev.sluice.capture.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.Marker;
import org.junit.jupiter.api.Test;

/** What a stream refuses to go on with, and what it writes once more. */
class StreamCoreBreaksTest extends StreamCoreCase {

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
}
