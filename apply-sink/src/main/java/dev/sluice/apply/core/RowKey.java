package dev.sluice.apply.core;

import java.util.Arrays;

/**
 * A key as a map key: values compared deeply. Single values that have a usable equals stand for
 * themselves.
 */
final class RowKey {

  private final Object[] values;
  private final int hash;

  private RowKey(Object[] values) {
    this.values = values;
    this.hash = Arrays.deepHashCode(values);
  }

  static Object of(Object[] key) {
    return key.length == 1 && !(key[0] instanceof byte[]) ? key[0] : new RowKey(key);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RowKey key && hash == key.hash && Arrays.deepEquals(values, key.values);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
