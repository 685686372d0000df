package dev.sluice.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * Makes the texts of the columns c and pad: groups of eleven digits with dashes. Not thread-safe.
 */
final class SbtestText {
  static final int C_GROUPS = 10;
  static final int PAD_GROUPS = 5;
  private static final int DIGITS = 11;

  private final SplittableRandom random;

  SbtestText(SplittableRandom random) {
    this.random = random;
  }

  /** Bytes that {@link #write} takes for so many groups. */
  static int length(int groups) {
    return groups * (DIGITS + 1) - 1;
  }

  /** Writes groups at a place; answers the place after them. */
  int write(byte[] buffer, int at, int groups) {
    int place = at;
    for (int group = 0; group < groups; group++) {
      if (group > 0) {
        buffer[place++] = '-';
      }
      long digits = random.nextLong() >>> 1;
      for (int digit = 0; digit < DIGITS; digit++) {
        buffer[place++] = (byte) ('0' + digits % 10);
        digits /= 10;
      }
    }
    return place;
  }

  String text(int groups) {
    byte[] buffer = new byte[length(groups)];
    write(buffer, 0, groups);
    return new String(buffer, StandardCharsets.ISO_8859_1);
  }
}
