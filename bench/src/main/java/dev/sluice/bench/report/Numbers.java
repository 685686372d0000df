package dev.sluice.bench.report;

import java.util.Locale;

/** Numbers as text with about three digits that count. */
final class Numbers {
  private Numbers() {}

  static String text(double value) {
    double size = Math.abs(value);
    if (size >= 1000) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", value);
  }
}
