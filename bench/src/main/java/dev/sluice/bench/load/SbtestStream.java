package dev.sluice.bench.load;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * Rows as the text that LOAD DATA reads, made while it is read. Equal arguments give equal rows.
 * Not thread-safe.
 */
final class SbtestStream extends InputStream {
  private final SplittableRandom random;
  private final SbtestText text;
  private final long last;
  private final int highestK;
  private final byte[] row = new byte[256];
  private long next;
  private int position;
  private int length;

  /**
   * @param seed of the random values
   * @param first the first key
   * @param last the last key
   * @param highestK k lies in 1 to this
   */
  SbtestStream(long seed, long first, long last, int highestK) {
    this.random = new SplittableRandom(seed);
    this.text = new SbtestText(random);
    this.next = first;
    this.last = last;
    this.highestK = highestK;
  }

  @Override
  public int read() {
    return filled() ? row[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int wanted) {
    int copied = 0;
    while (copied < wanted && filled()) {
      int part = Math.min(wanted - copied, length - position);
      System.arraycopy(row, position, target, offset + copied, part);
      position += part;
      copied += part;
    }
    return copied == 0 && wanted > 0 ? -1 : copied;
  }

  private boolean filled() {
    if (position < length) {
      return true;
    }
    if (next > last) {
      return false;
    }
    int at = number(0, next++);
    row[at++] = '\t';
    at = number(at, random.nextInt(highestK) + 1);
    row[at++] = '\t';
    at = text.write(row, at, SbtestText.C_GROUPS);
    row[at++] = '\t';
    at = text.write(row, at, SbtestText.PAD_GROUPS);
    row[at++] = '\n';
    length = at;
    position = 0;
    return true;
  }

  private int number(int at, long value) {
    byte[] digits = Long.toString(value).getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(digits, 0, row, at, digits.length);
    return at + digits.length;
  }
}
