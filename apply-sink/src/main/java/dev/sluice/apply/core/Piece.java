package dev.sluice.apply.core;

import dev.sluice.schemas.change.Op;
import dev.sluice.schemas.journal.DdlStatement;
import java.util.List;
import java.util.Map;

/**
 * What one round of statements writes. Not changed after it has been handed over.
 *
 * @param stream whose changes these are
 * @param place where the checkpoint stands when the piece's transaction commits
 * @param begins the piece is its transaction's first
 * @param commits the piece is its transaction's last
 * @param partial part of a COPY cut that commits by itself: the place stays that of the cut before
 * @param cuts cuts that end in this piece
 * @param operations changes taken in, before coalescing, by operation
 * @param bytes serialized size of the changes taken in
 * @param empties the copy begins again: before this piece, every row of the stream is deleted, in
 *     transactions of their own
 * @param ddl to be done with as it says, instead of rows; nothing is planned behind it
 * @param restarts the stream begins again: what it has parked is void
 */
public record Piece(
    int stream,
    WriteMode mode,
    StreamPlace place,
    boolean begins,
    boolean commits,
    boolean partial,
    int cuts,
    List<TableBatch> tables,
    Map<Op, Long> operations,
    long bytes,
    boolean empties,
    List<DdlStatement> ddl,
    boolean restarts) {

  /** A piece of a stream that goes on. */
  public Piece(
      int stream,
      WriteMode mode,
      StreamPlace place,
      boolean begins,
      boolean commits,
      boolean partial,
      int cuts,
      List<TableBatch> tables,
      Map<Op, Long> operations,
      long bytes,
      boolean empties,
      List<DdlStatement> ddl) {
    this(
        stream,
        mode,
        place,
        begins,
        commits,
        partial,
        cuts,
        tables,
        operations,
        bytes,
        empties,
        ddl,
        false);
  }

  /** A piece of rows. */
  public Piece(
      int stream,
      WriteMode mode,
      StreamPlace place,
      boolean begins,
      boolean commits,
      boolean partial,
      int cuts,
      List<TableBatch> tables,
      Map<Op, Long> operations,
      long bytes) {
    this(
        stream,
        mode,
        place,
        begins,
        commits,
        partial,
        cuts,
        tables,
        operations,
        bytes,
        false,
        List.of());
  }
}
