package dev.sluice.apply.write;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.avro.util.Utf8;

/**
 * A growing byte array with the appenders that values need; no strings are made on the way. Not
 * thread-safe.
 */
final class TextBuffer {

  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'
  };
  private static final int LONG_DIGITS = 20;

  /** By ASCII byte: what follows the backslash, 0 for bytes that stand for themselves. */
  private static final byte[] ESCAPES = new byte[128];

  static {
    for (int b = 0; b < ESCAPES.length; b++) {
      ESCAPES[b] = escape((byte) b);
    }
  }

  private byte[] bytes;
  private int length;

  TextBuffer(int capacity) {
    bytes = new byte[capacity];
  }

  byte[] array() {
    return bytes;
  }

  int length() {
    return length;
  }

  void reset() {
    length = 0;
  }

  void put(int b) {
    ensure(1);
    bytes[length++] = (byte) b;
  }

  /** ASCII only. */
  void ascii(String text) {
    int count = text.length();
    ensure(count);
    for (int i = 0; i < count; i++) {
      bytes[length++] = (byte) text.charAt(i);
    }
  }

  void text(String text) {
    byte[] source = text.getBytes(StandardCharsets.UTF_8);
    ensure(source.length);
    System.arraycopy(source, 0, bytes, length, source.length);
    length += source.length;
  }

  void number(long value) {
    if (value == Long.MIN_VALUE) {
      ascii("-9223372036854775808");
      return;
    }
    ensure(LONG_DIGITS);
    long rest = value;
    if (rest < 0) {
      bytes[length++] = '-';
      rest = -rest;
    }
    int digits = 1;
    for (long bound = 10; digits < 19 && rest >= bound; bound *= 10) {
      digits++;
    }
    for (int i = length + digits - 1; i >= length; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += digits;
  }

  /** Zero-padded; the value is not negative and fits. */
  void padded(long value, int digits) {
    ensure(digits);
    long rest = value;
    for (int i = length + digits - 1; i >= length; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += digits;
  }

  void decimal(BigDecimal value) {
    ascii(value.toPlainString());
  }

  void hex(byte[] value) {
    ensure(value.length * 2);
    for (byte b : value) {
      bytes[length++] = HEX[b >> 4 & 0xf];
      bytes[length++] = HEX[b & 0xf];
    }
  }

  /**
   * UTF-8 text inside quotes of a SQL statement or a field of LOAD DATA: both escape with a
   * backslash.
   */
  void escaped(Utf8 text) {
    byte[] source = text.getBytes();
    int count = text.getByteLength();
    ensure(count * 2);
    byte[] target = bytes;
    int at = length;
    for (int i = 0; i < count; i++) {
      byte b = source[i];
      if (b >= 0 && ESCAPES[b] != 0) {
        target[at++] = '\\';
        b = ESCAPES[b];
      }
      target[at++] = b;
    }
    length = at;
  }

  /**
   * What follows the backslash; 0 for bytes that stand for themselves. UTF-8 has none of these
   * within a character.
   */
  private static byte escape(byte b) {
    return switch (b) {
      case '\\' -> '\\';
      case '\'' -> '\'';
      case '\n' -> 'n';
      case '\r' -> 'r';
      case '\t' -> 't';
      case 0 -> '0';
      case 26 -> 'Z';
      default -> 0;
    };
  }

  private void ensure(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
