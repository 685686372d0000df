package dev.sluice.mysql.sequence;

/** Unsigned ids. Stateless. */
final class IdMath {

  private IdMath() {}

  static Long larger(Long one, Long other) {
    return Long.compareUnsigned(one, other) >= 0 ? one : other;
  }
}
