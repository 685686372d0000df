package dev.sluice.apply.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.DdlStatement;
import dev.sluice.schemas.pause.PausePoints;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ApplyCoreTest {

  private final Deque<Piece> pieces = new ArrayDeque<>();
  private final List<String> calls = new ArrayList<>();
  private final List<Piece> committed = new ArrayList<>();
  private boolean fenced;
  private int parked;
  private int placeable;

  private final TargetSession session =
      new TargetSession() {
        @Override
        public void refuseBypassed(StreamPlace place) {
          calls.add("guard");
        }

        @Override
        public void begin(StreamPlace place) {
          calls.add("begin " + place.cut());
          if (fenced) {
            throw new SluiceException(ErrorCode.FENCED, "another owner", "nothing");
          }
        }

        @Override
        public void write(int stream, WriteMode mode, TableBatch batch) {
          calls.add("write " + mode);
        }

        @Override
        public void forgetParked(int stream) {
          calls.add("forgetParked " + stream);
        }

        @Override
        public boolean hasParked() {
          return parked > 0;
        }

        @Override
        public void placeTouched() {
          calls.add("placeTouched");
        }

        @Override
        public int sweep(long passedMillis) {
          calls.add("sweep " + passedMillis);
          return placeable;
        }

        @Override
        public void commit() {
          calls.add("commit");
        }

        @Override
        public int deleteSome(int stream, int table) {
          int rows = Math.min(2, rowsLeft[table]);
          rowsLeft[table] -= rows;
          calls.add("delete " + rows + " of " + table);
          return rows;
        }

        @Override
        public void rollback() {
          calls.add("rollback");
        }

        @Override
        public void pass(StreamPlace place, List<DdlStatement> statements) {
          calls.add("pass " + statements.size() + " to " + place.cut());
        }
      };

  private final int[] rowsLeft = {3, 1};

  private final ApplyCore core =
      new ApplyCore(
          pieces::poll,
          session,
          List.of(StreamPlace.start(0)),
          2,
          PausePoints.off(),
          committed::add);

  private static Piece piece(long cut, boolean begins, boolean commits) {
    return new Piece(
        0,
        WriteMode.EXACT,
        new StreamPlace(0, 1, cut, cut, true, 0, 0, ""),
        begins,
        commits,
        false,
        1,
        List.of(new TableBatch(0, List.of(), List.of(), 0)),
        Map.of(),
        0);
  }

  @Test
  void theCheckpointComesFirstAndThePlaceMovesWithTheCommit() throws InterruptedException {
    pieces.add(piece(1, true, false));
    pieces.add(piece(1, false, true));

    assertThat(core.step()).isTrue();
    assertThat(core.places().get(0).cut()).isZero();
    assertThat(core.step()).isTrue();
    assertThat(core.step()).isFalse();

    assertThat(calls).containsExactly("begin 1", "write EXACT", "write EXACT", "commit");
    assertThat(core.places().get(0).cut()).isEqualTo(1);
    assertThat(committed).hasSize(1);
  }

  @Test
  void afterAnErrorNothingIsWrittenAndThePlaceStays() {
    fenced = true;
    pieces.add(piece(1, true, true));

    assertThatThrownBy(core::step).isInstanceOf(SluiceException.class);

    assertThat(calls).containsExactly("begin 1", "rollback");
    assertThat(core.places().get(0).cut()).isZero();
    assertThat(committed).isEmpty();
  }

  @Test
  void beforeACopyBeginsAgainAllRowsAreDeletedInTransactionsThatLeaveTheCheckpointBehind()
      throws InterruptedException {
    pieces.add(
        new Piece(
            0,
            WriteMode.REPLACE,
            new StreamPlace(0, 2, 7, 70, false, 0, 0, "", 1, Map.of()),
            true,
            true,
            false,
            1,
            List.of(),
            Map.of(),
            0,
            true,
            List.of()));

    while (committed.isEmpty()) {
      assertThat(core.step()).isTrue();
    }

    assertThat(calls)
        .containsExactly(
            "begin 0",
            "delete 2 of 0",
            "commit",
            "begin 0",
            "delete 1 of 0",
            "commit",
            "begin 0",
            "delete 0 of 0",
            "rollback",
            "begin 0",
            "delete 1 of 1",
            "commit",
            "begin 0",
            "delete 0 of 1",
            "rollback",
            "begin 7",
            "commit");
    assertThat(core.places().get(0).cut()).isEqualTo(7);
    assertThat(core.step()).isFalse();
  }

  /** The checkpoint moves once, behind all of them: one that does not fit is met again. */
  @Test
  void tablesThatAreOthersWhenACopyBeginsAgainAreLookedAtOnceTheyAreEmpty()
      throws InterruptedException {
    DdlStatement first = new DdlStatement("a", "", "", DdlStatement.Action.CHECK, 0);
    DdlStatement second = new DdlStatement("b", "", "", DdlStatement.Action.CHECK, 0);
    pieces.add(
        new Piece(
            0,
            WriteMode.REPLACE,
            new StreamPlace(0, 2, 7, 70, false, 0, 0, "", 1, Map.of()),
            true,
            true,
            false,
            1,
            List.of(),
            Map.of(),
            0,
            true,
            List.of(first, second)));

    while (committed.isEmpty()) {
      assertThat(core.step()).isTrue();
    }

    assertThat(calls).filteredOn("commit"::equals).hasSize(3);
    assertThat(calls).endsWith("delete 0 of 1", "rollback", "pass 2 to 7");
    assertThat(core.places().get(0).cut()).isEqualTo(7);
    assertThat(core.passedDdl()).isTrue();
  }

  @Test
  void aStreamThatBeginsAgainForgetsWhatItHasParked() throws InterruptedException {
    pieces.add(
        new Piece(
            0,
            WriteMode.EXACT,
            new StreamPlace(0, 2, 7, 70, true, 0, 0, "", 1, Map.of()),
            true,
            true,
            false,
            1,
            List.of(),
            Map.of(),
            0,
            false,
            List.of(),
            true));

    assertThat(core.step()).isTrue();
    assertThat(calls).containsExactly("begin 0", "forgetParked 0", "commit", "begin 7", "commit");
  }

  @Test
  void parkedRowsAreTriedBeforeTheCommitAndBySweeps() throws InterruptedException {
    parked = 1;
    pieces.add(piece(1, true, false));
    pieces.add(piece(1, false, true));

    core.step();
    assertThat(core.sweep()).as("in the midst of a transaction").isFalse();
    core.step();
    assertThat(core.sweep()).as("nothing was placed").isFalse();
    placeable = 1;
    assertThat(core.sweep()).isTrue();
    parked = 0;
    assertThat(core.sweep()).isFalse();

    assertThat(calls)
        .containsExactly(
            "begin 1",
            "write EXACT",
            "write EXACT",
            "placeTouched",
            "commit",
            "begin 1",
            "sweep 0",
            "rollback",
            "begin 1",
            "sweep 0",
            "commit");
  }
}
