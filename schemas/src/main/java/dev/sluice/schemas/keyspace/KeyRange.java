package dev.sluice.schemas.keyspace;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A half-open range of keyspace ids, written as Vitess writes it: {@code -}, {@code -80}, {@code
 * 80-c0}, {@code c0-}.
 *
 * <p>Bounds are hexadecimal prefixes of the 8-byte keyspace id; a missing bound is open. Immutable.
 */
public record KeyRange(String start, String end) implements Comparable<KeyRange> {

  private static final Pattern HEX = Pattern.compile("([0-9a-f]{2}){0,8}");

  public KeyRange {
    if (!HEX.matcher(start).matches() || !HEX.matcher(end).matches()) {
      throw new IllegalArgumentException(
          "key range "
              + start
              + "-"
              + end
              + ": bounds are pairs of hexadecimal digits, 8 pairs at most");
    }
    if (!end.isEmpty() && Long.compareUnsigned(bound(start), bound(end)) >= 0) {
      throw new IllegalArgumentException(
          "key range " + start + "-" + end + ": the start is not below the end");
    }
  }

  /**
   * Reads a shard name such as {@code -80}.
   *
   * @throws IllegalArgumentException when it is not a key range
   */
  public static KeyRange parse(String name) {
    String text = name.toLowerCase(Locale.ROOT);
    int dash = text.indexOf('-');
    if (dash < 0 || text.indexOf('-', dash + 1) >= 0) {
      throw new IllegalArgumentException(
          "\"" + name + "\" is not a key range: write it as -80, 80-c0, c0- or -");
    }
    return new KeyRange(text.substring(0, dash), text.substring(dash + 1));
  }

  /** True when the keyspace id, an unsigned 64-bit number, lies in this range. */
  public boolean contains(long keyspaceId) {
    return Long.compareUnsigned(keyspaceId, bound(start)) >= 0
        && (end.isEmpty() || Long.compareUnsigned(keyspaceId, bound(end)) < 0);
  }

  /** True for {@code -}: everything. */
  public boolean isFull() {
    return (start.isEmpty() || bound(start) == 0) && end.isEmpty();
  }

  private static long bound(String hex) {
    String padded = hex + "0000000000000000".substring(hex.length());
    return Long.parseUnsignedLong(padded, 16);
  }

  long startBound() {
    return bound(start);
  }

  /** The first id past the range; 0 stands for "open". */
  long endBound() {
    return end.isEmpty() ? 0 : bound(end);
  }

  @Override
  public int compareTo(KeyRange other) {
    int byStart = Long.compareUnsigned(bound(start), bound(other.start));
    return byStart != 0 ? byStart : Long.compareUnsigned(endBound() - 1, other.endBound() - 1);
  }

  @Override
  public String toString() {
    return start + "-" + end;
  }
}
