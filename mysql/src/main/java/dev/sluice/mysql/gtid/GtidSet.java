package dev.sluice.mysql.gtid;

import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;

/**
 * A set of GTIDs in MySQL's sense: several UUIDs, intervals, and the tags of 8.3 and newer.
 * Immutable, safe to share between threads.
 *
 * <p>The text form is MySQL's: {@code uuid:1-3:5:tag:1-2,uuid:7}, in order of UUID and tag; equal
 * sets have equal texts.
 */
public final class GtidSet {

  public static final GtidSet EMPTY = new GtidSet(new TreeMap<>());

  private final SortedMap<GtidSource, Intervals> sets;

  private GtidSet(SortedMap<GtidSource, Intervals> sets) {
    this.sets = sets;
  }

  /**
   * Reads MySQL's text form; white space and empty parts do not count.
   *
   * @throws IllegalArgumentException when it is not one
   */
  public static GtidSet parse(String text) {
    SortedMap<GtidSource, Intervals> sets = new TreeMap<>();
    for (String part : text.split(",", -1)) {
      if (!part.isBlank()) {
        parsePart(part, sets);
      }
    }
    return new GtidSet(sets);
  }

  /**
   * This set and one more transaction. Cheap for sets of few UUIDs, tags and intervals.
   *
   * @param gtid {@code uuid:number} or {@code uuid:tag:number}
   * @throws IllegalArgumentException when it is not a GTID
   */
  public GtidSet add(String gtid) {
    int last = gtid.lastIndexOf(':');
    int first = gtid.indexOf(':');
    if (first < 0) {
      throw new IllegalArgumentException("\"" + gtid + "\" is not a GTID");
    }
    String tag = last == first ? "" : checkedTag(gtid.substring(first + 1, last));
    GtidSource source = new GtidSource(GtidSource.checkedUuid(gtid.substring(0, first)), tag);
    long number = number(gtid.substring(last + 1), gtid);
    Intervals present = sets.getOrDefault(source, Intervals.EMPTY);
    Intervals extended = present.add(number);
    if (extended.equals(present)) {
      return this;
    }
    SortedMap<GtidSource, Intervals> copy = new TreeMap<>(sets);
    copy.put(source, extended);
    return new GtidSet(copy);
  }

  /** Every GTID of this set or the other. */
  public GtidSet union(GtidSet other) {
    SortedMap<GtidSource, Intervals> result = new TreeMap<>(sets);
    other.sets.forEach((source, intervals) -> result.merge(source, intervals, Intervals::union));
    return new GtidSet(result);
  }

  /** Every GTID of this set that is not in the other. */
  public GtidSet subtract(GtidSet other) {
    return combined(other, Intervals::subtract);
  }

  /** True when every GTID of the other set is in this one. */
  public boolean contains(GtidSet other) {
    return other.sets.entrySet().stream()
        .allMatch(
            entry -> sets.getOrDefault(entry.getKey(), Intervals.EMPTY).contains(entry.getValue()));
  }

  public boolean isEmpty() {
    return sets.isEmpty();
  }

  /** How many GTIDs are in the set. */
  public long count() {
    return sets.values().stream().mapToLong(Intervals::count).sum();
  }

  private GtidSet combined(GtidSet other, BiFunction<Intervals, Intervals, Intervals> operation) {
    SortedMap<GtidSource, Intervals> result = new TreeMap<>();
    for (Map.Entry<GtidSource, Intervals> entry : sets.entrySet()) {
      Intervals theirs = other.sets.getOrDefault(entry.getKey(), Intervals.EMPTY);
      Intervals left = operation.apply(entry.getValue(), theirs);
      if (!left.isEmpty()) {
        result.put(entry.getKey(), left);
      }
    }
    return new GtidSet(result);
  }

  private static void parsePart(String part, SortedMap<GtidSource, Intervals> sets) {
    String[] pieces = part.trim().split(":", -1);
    String uuid = GtidSource.checkedUuid(pieces[0]);
    String tag = "";
    int intervals = 0;
    for (int i = 1; i < pieces.length; i++) {
      String piece = pieces[i].trim().toLowerCase(Locale.ROOT);
      if (GtidSource.isTag(piece)) {
        tag = piece;
      } else {
        sets.merge(new GtidSource(uuid, tag), interval(piece, part), Intervals::union);
        intervals++;
      }
    }
    if (intervals == 0) {
      throw new IllegalArgumentException("\"" + part + "\" has no interval: not a GTID set");
    }
  }

  private static Intervals interval(String piece, String whole) {
    int dash = piece.indexOf('-');
    if (dash < 0) {
      long single = number(piece, whole);
      return Intervals.of(single, single);
    }
    return Intervals.of(
        number(piece.substring(0, dash), whole), number(piece.substring(dash + 1), whole));
  }

  private static String checkedTag(String text) {
    String lower = text.trim().toLowerCase(Locale.ROOT);
    if (!GtidSource.isTag(lower)) {
      throw new IllegalArgumentException("\"" + text + "\" is not a GTID tag");
    }
    return lower;
  }

  private static long number(String text, String whole) {
    try {
      long number = Long.parseLong(text.trim());
      if (number >= 1) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "\"" + text + "\" in \"" + whole + "\" is not a transaction number", e);
    }
    throw new IllegalArgumentException(
        "transaction number " + text + " in \"" + whole + "\" is below 1");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GtidSet that && sets.equals(that.sets);
  }

  @Override
  public int hashCode() {
    return sets.hashCode();
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    String uuid = "";
    for (Map.Entry<GtidSource, Intervals> entry : sets.entrySet()) {
      GtidSource source = entry.getKey();
      if (!source.uuid().equals(uuid)) {
        uuid = source.uuid();
        out.append(out.length() == 0 ? "" : ",").append(uuid);
      }
      if (!source.tag().isEmpty()) {
        out.append(':').append(source.tag());
      }
      entry.getValue().appendTo(out);
    }
    return out.toString();
  }
}
