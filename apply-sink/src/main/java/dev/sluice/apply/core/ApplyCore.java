package dev.sluice.apply.core;

import dev.sluice.apply.ApplyPausePoints;
import dev.sluice.schemas.pause.PausePoints;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Writes pieces: checkpoint first, then rows, then commit. Knows no thread and no clock, so that a
 * simulation can step it. Not thread-safe.
 */
public class ApplyCore {

  private final PieceSource source;
  private final TargetSession session;
  private final PausePoints pause;
  private final Consumer<Piece> committed;
  private final StreamPlace[] places;
  private boolean passedDdl;
  private final int tables;
  private Piece emptying;
  private int emptied;
  private volatile boolean open;

  /**
   * @param places where each stream stands on the shard now
   * @param tables number of tables in the plan
   * @param committed told of each piece that ends a transaction, after its commit
   */
  public ApplyCore(
      PieceSource source,
      TargetSession session,
      List<StreamPlace> places,
      int tables,
      PausePoints pause,
      Consumer<Piece> committed) {
    this.tables = tables;
    this.source = source;
    this.session = session;
    this.places = places.toArray(StreamPlace[]::new);
    this.pause = pause;
    this.committed = committed;
  }

  /**
   * Writes the next piece.
   *
   * @return false when none was ready
   * @throws dev.sluice.schemas.error.SluiceException why it cannot be written; nothing of its
   *     transaction is committed, unless the commit itself failed, whose outcome only the
   *     checkpoint tells
   */
  public boolean step() throws InterruptedException {
    Piece piece = emptying != null ? emptying : source.poll();
    if (piece == null) {
      return false;
    }
    try {
      if (piece.restarts()) {
        forgetParked(piece.stream());
      }
      if (piece.empties() && !isEmpty(piece)) {
        return true;
      }
      if (piece.ddl().isEmpty()) {
        write(piece);
      } else {
        pass(piece);
      }
    } catch (RuntimeException e) {
      session.rollback();
      throw e;
    }
    return true;
  }

  /** In a transaction of its own, which leaves the checkpoint where it is: it can be repeated. */
  private void forgetParked(int stream) {
    session.begin(places[stream]);
    session.forgetParked(stream);
    session.commit();
  }

  /**
   * Deletes a bounded number of the stream's rows in a transaction of their own, which leaves the
   * checkpoint where it is; answers true when there are none. After a crash it begins again.
   */
  private boolean isEmpty(Piece piece) {
    if (emptying == null) {
      emptying = piece;
      emptied = 0;
    }
    if (emptied == tables) {
      emptying = null;
      pause.at(ApplyPausePoints.APPLY_RECOPY_EMPTY);
      return true;
    }
    session.begin(places[piece.stream()]);
    int rows = session.deleteSome(piece.stream(), emptied);
    if (rows == 0) {
      session.rollback();
      emptied++;
      return false;
    }
    pause.at(ApplyPausePoints.APPLY_RECOPY_BEFORE_COMMIT);
    session.commit();
    pause.at(ApplyPausePoints.APPLY_RECOPY_PIECE_DELETED);
    return false;
  }

  /**
   * Tries parked rows again, in a transaction of its own; does nothing while there are none, or
   * while a transaction is open.
   *
   * @return true when some were placed: more may be waiting
   * @throws dev.sluice.schemas.error.SluiceException as {@link #step}
   */
  public boolean sweep() {
    if (open || !session.hasParked()) {
      return false;
    }
    try {
      session.begin(places[0]);
      int placed =
          session.sweep(
              Arrays.stream(places).mapToLong(StreamPlace::sourceTimeMillis).min().orElseThrow());
      if (placed == 0) {
        session.rollback();
        return false;
      }
      session.commit();
      return true;
    } catch (RuntimeException e) {
      session.rollback();
      throw e;
    }
  }

  /** True between the first row of a transaction and the end of its commit; any thread may ask. */
  public boolean inTransaction() {
    return open;
  }

  /** Where each stream stands on the shard: as committed. */
  public List<StreamPlace> places() {
    return List.of(places);
  }

  /** True when DDL has been passed: nothing comes behind it before everything is built anew. */
  public boolean passedDdl() {
    return passedDdl;
  }

  private void pass(Piece piece) {
    session.pass(piece.place(), piece.ddl());
    places[piece.stream()] = piece.place();
    passedDdl = true;
    committed.accept(piece);
  }

  private void write(Piece piece) {
    if (piece.begins()) {
      pause.at(ApplyPausePoints.APPLY_BEFORE_CHECKPOINT);
      session.begin(piece.place());
      open = true;
      if (piece.place().bypassed()) {
        session.refuseBypassed(piece.place());
      }
      pause.at(ApplyPausePoints.APPLY_AFTER_CHECKPOINT);
    }
    for (TableBatch batch : piece.tables()) {
      session.write(piece.stream(), piece.mode(), batch);
    }
    if (!piece.tables().isEmpty()) {
      pause.at(ApplyPausePoints.APPLY_AFTER_ROWS);
    }
    if (piece.commits()) {
      if (session.hasParked()) {
        session.placeTouched();
      }
      pause.at(ApplyPausePoints.APPLY_BEFORE_COMMIT);
      session.commit();
      open = false;
      places[piece.stream()] = piece.place();
      committed.accept(piece);
      pause.at(
          piece.partial()
              ? ApplyPausePoints.APPLY_COPY_PIECE_COMMITTED
              : ApplyPausePoints.APPLY_AFTER_COMMIT);
    }
  }
}
