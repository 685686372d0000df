package dev.sluice.mysql.sequence;

import java.util.Locale;

/** Unsigned ids. Stateless. */
final class IdMath {

  private IdMath() {}

  static Long larger(Long one, Long other) {
    return Long.compareUnsigned(one, other) >= 0 ? one : other;
  }

  static long smaller(long one, long other) {
    return Long.compareUnsigned(one, other) <= 0 ? one : other;
  }

  /** The largest id that a column of a type can hold, as InnoDB counts, unsigned. */
  static long largest(String dataType, boolean unsigned) {
    int sign = unsigned ? 0 : 1;
    return switch (dataType.toLowerCase(Locale.ROOT)) {
      case "tinyint" -> (1L << 8 - sign) - 1;
      case "smallint" -> (1L << 16 - sign) - 1;
      case "mediumint" -> (1L << 24 - sign) - 1;
      case "int" -> (1L << 32 - sign) - 1;
      case "float" -> 1L << 24;
      case "double" -> 1L << 53;
      default -> unsigned ? -1L : Long.MAX_VALUE;
    };
  }
}
