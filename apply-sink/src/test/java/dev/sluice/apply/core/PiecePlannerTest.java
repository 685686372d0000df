package dev.sluice.apply.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.DdlStatement;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.MovePlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PiecePlannerTest {

  private static final List<String> STREAMS = List.of("-80", "80-");

  private final FakeCutFeed feed = new FakeCutFeed(2);
  private final PiecePlanner planner = planner(ApplyLimits.defaults().withPiece(3, 1_000));

  private PiecePlanner planner(ApplyLimits limits) {
    return new PiecePlanner(
        feed,
        Samples.UUID,
        STREAMS,
        List.of(StreamPlace.start(0), StreamPlace.start(1)),
        // rows here have any id: where they come from is another test's
        new RowGuard(Samples.plan(List.of("-"), List.of("-"), "t"), Direction.FORWARD, 0),
        limits);
  }

  private List<Piece> pieces() {
    List<Piece> pieces = new ArrayList<>();
    for (Piece piece = planner.poll(); piece != null; piece = planner.poll()) {
      pieces.add(piece);
    }
    return pieces;
  }

  private static List<Object> keys(List<Change> changes) {
    return changes.stream().map(c -> c.key()[0]).toList();
  }

  @Test
  void smallCutsOfAStreamShareATransactionAndEachKeyKeepsItsLastChange() {
    feed.change(Op.CREATE, 1, 10).cut(0, CutKind.STREAM, false);
    feed.change(Op.UPDATE, 1, 11).change(Op.CREATE, 2, 20).cut(0, CutKind.STREAM, false);
    feed.change(Op.DELETE, 2, 0).cut(0, CutKind.STREAM, false);

    Piece piece = planner.poll();

    assertThat(piece.begins() && piece.commits()).isTrue();
    assertThat(piece.cuts()).isEqualTo(3);
    assertThat(piece.place().cut()).isEqualTo(3);
    TableBatch batch = piece.tables().get(0);
    assertThat(keys(batch.deletes())).containsExactly(2L);
    assertThat(batch.rows())
        .singleElement()
        .satisfies(c -> assertThat(c.after()[1]).isEqualTo(11L));
    assertThat(piece.operations()).containsEntry(Op.CREATE, 2L).containsEntry(Op.DELETE, 1L);
    assertThat(planner.poll()).isNull();
  }

  @Test
  void aTransactionHoldsCutsOfOneStreamOnly() {
    feed.change(Op.CREATE, 1, 10).cut(0, CutKind.STREAM, false);
    feed.change(Op.CREATE, 2, 20).cut(1, CutKind.STREAM, false);

    assertThat(pieces()).extracting(Piece::stream).containsExactly(0, 1);
  }

  @Test
  void theModeChangesBehindTheFirstConsistentCutAndPiecesNeverMixModes() {
    feed.change(Op.READ, 1, 10).cut(0, CutKind.COPY, false);
    feed.change(Op.UPDATE, 1, 11).cut(0, CutKind.STREAM, true);
    feed.change(Op.UPDATE, 1, 12).cut(0, CutKind.STREAM, true);

    assertThat(pieces())
        .extracting(Piece::mode, Piece::cuts)
        .containsExactly(tuple(WriteMode.REPLACE, 2), tuple(WriteMode.EXACT, 1));
  }

  @Test
  void aStreamCutLargerThanAPieceIsOneTransactionThatMovesTheCheckpointOnce() {
    feed.cut(0, CutKind.STREAM, true);
    for (int id = 0; id < 7; id++) {
      feed.change(Op.CREATE, id, id);
    }
    feed.cut(0, CutKind.STREAM, true).change(Op.CREATE, 9, 9).cut(0, CutKind.STREAM, true);

    List<Piece> pieces = pieces();

    assertThat(pieces).extracting(Piece::begins).containsExactly(true, true, false, false, true);
    assertThat(pieces).extracting(Piece::commits).containsExactly(true, false, false, true, true);
    assertThat(pieces).extracting(p -> p.place().cut()).containsExactly(1L, 2L, 2L, 2L, 3L);
  }

  @Test
  void partsOfACopyCutCommitByThemselvesUnderThePlaceBefore() {
    feed.cut(0, CutKind.STREAM, false);
    for (int id = 0; id < 7; id++) {
      feed.change(Op.READ, id, id);
    }
    feed.cut(0, CutKind.COPY, false);

    List<Piece> pieces = pieces();

    assertThat(pieces).allMatch(p -> p.begins() && p.commits());
    assertThat(pieces).extracting(Piece::partial).containsExactly(true, true, false);
    assertThat(pieces).extracting(p -> p.place().cut()).containsExactly(1L, 1L, 2L);
  }

  @Test
  void aCutWithWhichAStreamBeginsAgainIsAPieceOfItsOwn() {
    feed.change(Op.CREATE, 1, 10).cut(0, CutKind.STREAM, true);
    feed.cut(0, CutKind.RESTART, true);
    feed.change(Op.CREATE, 2, 20).cut(0, CutKind.STREAM, true);

    assertThat(pieces())
        .extracting(Piece::restarts, Piece::empties, Piece::cuts)
        .containsExactly(tuple(false, false, 1), tuple(true, false, 1), tuple(false, false, 1));
  }

  @Test
  void behindAHoldMarkerNothingOfItsStreamIsPlannedUntilTheGateOpens() {
    Set<Integer> closed = new HashSet<>();
    PiecePlanner holding =
        new PiecePlanner(
            feed,
            Samples.UUID,
            STREAMS,
            List.of(StreamPlace.start(0), StreamPlace.start(1)),
            new RowGuard(Samples.plan(List.of("-"), List.of("-"), "t"), Direction.FORWARD, 0),
            ApplyLimits.defaults(),
            new StreamGate() {
              @Override
              public void close(int stream) {
                closed.add(stream);
              }

              @Override
              public boolean closed(int stream) {
                return closed.contains(stream);
              }
            });
    feed.change(Op.CREATE, 1, 10).cut(0, CutKind.STREAM, true);
    feed.change(Op.CREATE, 2, 20).hold(0, "token");
    feed.change(Op.CREATE, 3, 30).cut(0, CutKind.STREAM, true);
    feed.change(Op.CREATE, 4, 40).cut(1, CutKind.STREAM, true);

    Piece first = holding.poll();
    while (first.place().cut() < 2) {
      first = holding.poll();
    }
    assertThat(first.place().holds()).containsExactly("token");
    Piece other = holding.poll();
    assertThat(other.stream()).isEqualTo(1);
    assertThat(holding.poll()).as("everything else waits").isNull();

    closed.clear();
    assertThat(holding.poll().place().cut()).isEqualTo(3);
  }

  @Test
  void aCutWhoseChangesHaveNotArrivedIsNotHandedOver() {
    feed.change(Op.CREATE, 1, 1).change(Op.CREATE, 2, 2).cut(0, CutKind.STREAM, false);
    feed.withhold(1);
    assertThat(planner.poll()).isNull();
    assertThat(planner.hasPending()).isTrue();

    feed.arrive();

    assertThat(planner.poll().tables().get(0).rows()).hasSize(2);
  }

  @Test
  void ddlStandsInAPieceOfItsOwnAndNothingIsPlannedBehindIt() {
    DdlStatement ddl =
        new DdlStatement("t", "ALTER TABLE t ADD x INT", "g:1", DdlStatement.Action.RUN, 1);
    feed.change(Op.CREATE, 1, 10).cut(0, CutKind.STREAM, false);
    feed.add(0, Samples.ddl("-80", 2, ddl));
    feed.add(0, Samples.cut("-80", CutKind.STREAM, 1, 3, 1, 1, false, List.of()));

    List<Piece> pieces = pieces();

    assertThat(pieces).extracting(Piece::cuts).containsExactly(1, 1);
    assertThat(pieces.get(0).ddl()).isEmpty();
    assertThat(pieces.get(1).ddl()).containsExactly(ddl);
    assertThat(pieces.get(1).place().cut()).isEqualTo(2);
    assertThat(pieces.get(1).place().shapes()).containsOnlyKeys("t");
  }

  @Test
  void aStatementThatTheStreamStandsBeforeIsNothingToAnApplier() {
    feed.change(Op.CREATE, 1, 10).cut(0, CutKind.STREAM, false);
    feed.add(0, Samples.ddl("-80", 2, new DdlStatement("t", "ALTER TABLE t ADD x INT", "g:1")));

    assertThat(pieces())
        .singleElement()
        .satisfies(p -> assertThat(p.cuts()).isEqualTo(2))
        .satisfies(p -> assertThat(p.ddl()).isEmpty());
  }

  @Test
  void onlySuccessorsAreAccepted() {
    feed.add(0, Samples.cut("-80", CutKind.STREAM, 1, 2, 1, 0, false, List.of()));

    assertThatThrownBy(planner::poll)
        .isInstanceOfSatisfying(
            SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.JOURNAL_GAP));
  }

  @Test
  void aCutOfAnotherStreamIsNotAccepted() {
    feed.add(0, Samples.cut("80-", CutKind.STREAM, 1, 1, 0, 0, false, List.of()));

    assertThatThrownBy(planner::poll).hasMessageContaining("does not follow");
  }

  @Test
  void changesOutOfOrderAreRefused() {
    feed.change(Op.CREATE, 1, 1);
    feed.add(0, Samples.cut("-80", CutKind.STREAM, 1, 1, 0, 0, false, List.of()));

    assertThatThrownBy(planner::poll).hasMessageContaining("seq");
  }

  @Test
  void aRowOfAnotherShardIsRefused() {
    MovePlan plan = Samples.plan(List.of("-"), List.of("-80", "80-"), "t");
    RowGuard guard = new RowGuard(plan, Direction.FORWARD, 0);

    guard.check(0, new RowChange(0, Samples.change(Op.CREATE, 1, 0, 1), 10));
    guard.check(0, new RowChange(0, Samples.change(Op.DELETE, 2, 0, 1), 10));

    assertThatThrownBy(
            () -> guard.check(0, new RowChange(0, Samples.change(Op.CREATE, 2, 0, 1), 10)))
        .isInstanceOfSatisfying(
            SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MISPLACED_ROW));
  }

  @Test
  void aRowThatItsStreamsShardShouldNotHoldIsRefused() {
    MovePlan plan = Samples.plan(List.of("-80", "80-"), List.of("-"), "t");
    RowGuard guard = new RowGuard(plan, Direction.FORWARD, 0);

    guard.check(0, new RowChange(0, Samples.change(Op.CREATE, 1, 0, 1), 10));
    guard.check(1, new RowChange(0, Samples.change(Op.UPDATE, 2, 0, 1), 10));
    guard.check(0, new RowChange(0, Samples.change(Op.DELETE, 2, 0, 1), 10));

    assertThatThrownBy(
            () -> guard.check(0, new RowChange(0, Samples.change(Op.UPDATE, 2, 0, 1), 10)))
        .hasMessageContaining("-80")
        .isInstanceOfSatisfying(
            SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MISPLACED_ROW));
  }

  @Test
  void aCopyThatBeginsAgainIsAPieceOfItsOwn() {
    feed.change(Op.CREATE, 1, 10).cut(0, CutKind.STREAM, false);
    feed.cut(0, CutKind.RECOPY, false);
    feed.change(Op.READ, 1, 11).cut(0, CutKind.COPY, false);

    List<Piece> pieces = pieces();

    assertThat(pieces).extracting(Piece::empties).containsExactly(false, true, false);
    assertThat(pieces.get(1).tables()).isEmpty();
    assertThat(pieces.get(1).place().cut()).isEqualTo(2);
    assertThat(pieces).allMatch(piece -> piece.begins() && piece.commits());
  }
}
