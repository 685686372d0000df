package dev.sluice.schemas.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Byte sizes as configuration writes them: {@code 512}, {@code 64KiB}, {@code 32MiB}, {@code
 * 10GiB}.
 */
public final class Sizes {

  private static final Pattern FORM = Pattern.compile("(\\d{1,12})(KiB|MiB|GiB|TiB)?");

  private Sizes() {}

  /**
   * Reads a size in bytes.
   *
   * @throws IllegalArgumentException when the text is not one
   */
  public static long parse(String text) {
    Matcher matcher = FORM.matcher(text == null ? "" : text.trim());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a size: write it as 512, 64KiB, 32MiB or 10GiB");
    }
    long amount = Long.parseLong(matcher.group(1));
    String unit = matcher.group(2) == null ? "" : matcher.group(2);
    return switch (unit) {
      case "KiB" -> Math.multiplyExact(amount, 1L << 10);
      case "MiB" -> Math.multiplyExact(amount, 1L << 20);
      case "GiB" -> Math.multiplyExact(amount, 1L << 30);
      case "TiB" -> Math.multiplyExact(amount, 1L << 40);
      default -> amount;
    };
  }
}
