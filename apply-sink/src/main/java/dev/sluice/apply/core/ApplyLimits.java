package dev.sluice.apply.core;

import java.time.Duration;

/**
 * Bounds of an applier.
 *
 * @param pieceRows most rows of a piece after coalescing
 * @param pieceBytes serialized bytes at which a piece is full; one record may exceed it
 * @param pieceChanges most changes taken into a piece before coalescing
 * @param fetchBytes serialized bytes fetched and not yet planned
 * @param partitionBytes the same for one data partition
 * @param cutsWaiting journal records read ahead, a stream
 * @param parkedPatience how long a row may be parked, in source time of all streams
 */
public record ApplyLimits(
    int pieceRows,
    long pieceBytes,
    long pieceChanges,
    long fetchBytes,
    long partitionBytes,
    int cutsWaiting,
    Duration parkedPatience) {

  public static ApplyLimits defaults() {
    return new ApplyLimits(
        20_000, 4L << 20, 200_000, 16L << 20, 4L << 20, 1_000, Duration.ofSeconds(60));
  }

  public ApplyLimits {
    if (pieceRows < 1
        || pieceBytes < 1
        || pieceChanges < 1
        || partitionBytes < 1
        || cutsWaiting < 1) {
      throw new IllegalArgumentException("every limit must be at least 1");
    }
    if (fetchBytes < partitionBytes) {
      throw new IllegalArgumentException("fetchBytes is below partitionBytes");
    }
  }

  /** The same limits with other bounds of a piece. */
  public ApplyLimits withPiece(int rows, long bytes) {
    return new ApplyLimits(
        rows, bytes, pieceChanges, fetchBytes, partitionBytes, cutsWaiting, parkedPatience);
  }
}
