package dev.sluice.tests.simulation;

/** A row's key in key order; tables with one key column leave the second 0. */
record Key(long first, long second) implements Comparable<Key> {

  static Key of(Object[] values) {
    return new Key((Long) values[0], values.length > 1 ? (Long) values[1] : 0);
  }

  @Override
  public int compareTo(Key other) {
    int byFirst = Long.compare(first, other.first);
    return byFirst != 0 ? byFirst : Long.compare(second, other.second);
  }
}
