package dev.sluice.apply.core;

import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.Marker;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How far one stream has come on the shard: the cut applied (or planned) last. Immutable.
 *
 * @param stream number of the stream
 * @param captureEpoch of the cut; 0 before the first
 * @param cut its number; 0 before the first
 * @param journalOffset of its record; -1 before the first
 * @param consistent the shard equals the source at this cut
 * @param lastSeq highest seq up to here
 * @param sourceTimeMillis milliseconds since 1970 UTC; 0 when unknown
 * @param copyRun of the cut; 0 for the first copy
 * @param shapes what DDL has made of tables up to here, as in the cut
 * @param holds tokens of the cut's HOLD markers
 * @param bypassed the cut has rows that were written although a fence denied them
 */
public record StreamPlace(
    int stream,
    long captureEpoch,
    long cut,
    long journalOffset,
    boolean consistent,
    long lastSeq,
    long sourceTimeMillis,
    String gtidSet,
    long copyRun,
    Map<String, String> shapes,
    List<String> holds,
    boolean bypassed) {

  /**
   * Copy run of a place that stands right before the cut with which a copy begins again: no cut of
   * its own lies at its journal offset.
   */
  public static final long BEFORE_RECOPY = -1;

  public StreamPlace {
    Objects.requireNonNull(gtidSet, "gtidSet");
    shapes = Map.copyOf(shapes);
    holds = List.copyOf(holds);
  }

  /** A place of a cut that no fence concerns. */
  public StreamPlace(
      int stream,
      long captureEpoch,
      long cut,
      long journalOffset,
      boolean consistent,
      long lastSeq,
      long sourceTimeMillis,
      String gtidSet,
      long copyRun,
      Map<String, String> shapes,
      List<String> holds) {
    this(
        stream,
        captureEpoch,
        cut,
        journalOffset,
        consistent,
        lastSeq,
        sourceTimeMillis,
        gtidSet,
        copyRun,
        shapes,
        holds,
        false);
  }

  /** A place without a marker. */
  public StreamPlace(
      int stream,
      long captureEpoch,
      long cut,
      long journalOffset,
      boolean consistent,
      long lastSeq,
      long sourceTimeMillis,
      String gtidSet,
      long copyRun,
      Map<String, String> shapes) {
    this(
        stream,
        captureEpoch,
        cut,
        journalOffset,
        consistent,
        lastSeq,
        sourceTimeMillis,
        gtidSet,
        copyRun,
        shapes,
        List.of());
  }

  /** A place in the first copy. */
  public StreamPlace(
      int stream,
      long captureEpoch,
      long cut,
      long journalOffset,
      boolean consistent,
      long lastSeq,
      long sourceTimeMillis,
      String gtidSet) {
    this(
        stream,
        captureEpoch,
        cut,
        journalOffset,
        consistent,
        lastSeq,
        sourceTimeMillis,
        gtidSet,
        0,
        Map.of());
  }

  /** Before the first cut. */
  public static StreamPlace start(int stream) {
    return new StreamPlace(stream, 0, 0, -1, false, 0, 0, "");
  }

  /** At a cut. */
  public static StreamPlace at(int stream, Cut cut, long journalOffset) {
    return new StreamPlace(
        stream,
        cut.captureEpoch(),
        cut.number(),
        journalOffset,
        cut.consistent(),
        cut.lastSeq(),
        cut.sourceTimeMillis(),
        cut.gtidSet(),
        cut.copyRun(),
        cut.shapes(),
        holds(cut),
        cut.bypassed());
  }

  /** Tokens of a cut's HOLD markers. */
  static List<String> holds(Cut cut) {
    return cut.markers().stream()
        .filter(marker -> marker.kind().equals(Marker.HOLD))
        .map(Marker::token)
        .toList();
  }
}
