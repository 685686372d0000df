package dev.sluice.mysql.schema;

import java.util.Objects;

/** Names of character sets and collations over versions. */
public final class Collations {

  private Collations() {}

  /**
   * The name that newer servers use: {@code utf8} and {@code utf8_...} were renamed to {@code
   * utf8mb3}.
   */
  public static String canonical(String name) {
    if (name == null || name.startsWith("utf8mb")) {
      return name;
    }
    return name.equals("utf8") || name.startsWith("utf8_") ? "utf8mb3" + name.substring(4) : name;
  }

  /** The name that servers before 8.0.30 know a collation by; newer ones understand it, too. */
  public static String older(String collation) {
    return collation.startsWith("utf8mb3_") ? "utf8" + collation.substring(7) : collation;
  }

  /** True when both names mean the same character set or collation; null is only like null. */
  public static boolean same(String one, String other) {
    return Objects.equals(canonical(one), canonical(other));
  }

  /** The character set that a collation belongs to: its name's first part. */
  public static String charsetOf(String collation) {
    int end = collation.indexOf('_');
    return end < 0 ? collation : collation.substring(0, end);
  }

  /** True when values that are equal under it are equal byte for byte, trailing spaces apart. */
  public static boolean binary(String collation) {
    return collation.equals("binary") || collation.endsWith("_bin");
  }
}
