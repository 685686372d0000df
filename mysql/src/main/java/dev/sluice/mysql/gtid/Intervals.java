package dev.sluice.mysql.gtid;

import java.util.Arrays;

/**
 * A set of transaction numbers as sorted, disjoint, not touching, closed intervals in one array:
 * first, last, first, last ... Immutable.
 */
final class Intervals {

  static final Intervals EMPTY = new Intervals(new long[0]);

  private final long[] bounds;

  private Intervals(long[] bounds) {
    this.bounds = bounds;
  }

  static Intervals of(long first, long last) {
    if (first < 1 || last < first) {
      throw new IllegalArgumentException(
          "GTID interval " + first + "-" + last + " is not 1 <= first <= last");
    }
    return new Intervals(new long[] {first, last});
  }

  boolean isEmpty() {
    return bounds.length == 0;
  }

  long count() {
    long count = 0;
    for (int i = 0; i < bounds.length; i += 2) {
      count += bounds[i + 1] - bounds[i] + 1;
    }
    return count;
  }

  boolean contains(long number) {
    int place = Arrays.binarySearch(bounds, number);
    // Between two bounds, the insertion point is odd inside an interval.
    return place >= 0 || ((-place - 1) & 1) == 1;
  }

  Intervals add(long number) {
    int length = bounds.length;
    if (length > 0 && number == bounds[length - 1] + 1) {
      long[] longer = bounds.clone();
      longer[length - 1] = number;
      return new Intervals(longer);
    }
    return contains(number) ? this : union(of(number, number));
  }

  Intervals union(Intervals other) {
    long[] merged = new long[bounds.length + other.bounds.length];
    int size = 0;
    int i = 0;
    int j = 0;
    while (i < bounds.length || j < other.bounds.length) {
      boolean mine =
          j >= other.bounds.length || (i < bounds.length && bounds[i] <= other.bounds[j]);
      long first = mine ? bounds[i] : other.bounds[j];
      long last = mine ? bounds[i + 1] : other.bounds[j + 1];
      if (mine) {
        i += 2;
      } else {
        j += 2;
      }
      if (size > 0 && first <= merged[size - 1] + 1) {
        merged[size - 1] = Math.max(merged[size - 1], last);
      } else {
        merged[size++] = first;
        merged[size++] = last;
      }
    }
    return new Intervals(Arrays.copyOf(merged, size));
  }

  Intervals subtract(Intervals other) {
    long[] left = new long[bounds.length + other.bounds.length];
    int size = 0;
    int j = 0;
    for (int i = 0; i < bounds.length; i += 2) {
      long first = bounds[i];
      long last = bounds[i + 1];
      while (j < other.bounds.length && other.bounds[j + 1] < first) {
        j += 2;
      }
      for (int k = j; k < other.bounds.length && other.bounds[k] <= last && first <= last; k += 2) {
        if (other.bounds[k] > first) {
          left[size++] = first;
          left[size++] = other.bounds[k] - 1;
        }
        first = other.bounds[k + 1] + 1;
      }
      if (first <= last) {
        left[size++] = first;
        left[size++] = last;
      }
    }
    return new Intervals(Arrays.copyOf(left, size));
  }

  boolean contains(Intervals other) {
    int i = 0;
    for (int j = 0; j < other.bounds.length; j += 2) {
      while (i < bounds.length && bounds[i + 1] < other.bounds[j]) {
        i += 2;
      }
      if (i >= bounds.length
          || bounds[i] > other.bounds[j]
          || bounds[i + 1] < other.bounds[j + 1]) {
        return false;
      }
    }
    return true;
  }

  void appendTo(StringBuilder out) {
    for (int i = 0; i < bounds.length; i += 2) {
      out.append(':').append(bounds[i]);
      if (bounds[i + 1] > bounds[i]) {
        out.append('-').append(bounds[i + 1]);
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Intervals that && Arrays.equals(bounds, that.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }
}
