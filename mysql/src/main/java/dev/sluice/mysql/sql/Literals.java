package dev.sluice.mysql.sql;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.StringJoiner;

/**
 * Values as SQL text. Stateless.
 *
 * <p>Strings are right in sessions without NO_BACKSLASH_ESCAPES, which all sessions of {@code
 * MySqlSessions} are; in any session they end where they should, so no text can break out of its
 * literal.
 */
public final class Literals {

  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private Literals() {}

  /** A string literal, or {@code NULL} for null. */
  public static String string(CharSequence text) {
    if (text == null) {
      return "NULL";
    }
    StringBuilder out = new StringBuilder(text.length() + 2);
    appendString(out, text);
    return out.toString();
  }

  /** Appends a string literal; the text is not null. */
  public static void appendString(StringBuilder out, CharSequence text) {
    out.append('\'');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\'' -> out.append("''");
        case '\\' -> out.append("\\\\");
        case '\0' -> out.append("\\0");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\u001a' -> out.append("\\Z");
        default -> out.append(c);
      }
    }
    out.append('\'');
  }

  /** A binary literal {@code X'..'}, or {@code NULL} for null. */
  public static String bytes(byte[] value) {
    if (value == null) {
      return "NULL";
    }
    StringBuilder out = new StringBuilder(value.length * 2 + 3);
    appendBytes(out, value);
    return out.toString();
  }

  /** Appends a binary literal; the value is not null. */
  public static void appendBytes(StringBuilder out, byte[] value) {
    out.append("X'");
    for (byte b : value) {
      out.append(HEX[(b >> 4) & 0xF]).append(HEX[b & 0xF]);
    }
    out.append('\'');
  }

  /** An integer literal, or {@code NULL} for null. */
  public static String number(Long value) {
    return value == null ? "NULL" : Long.toString(value);
  }

  /** A decimal literal without exponent, or {@code NULL} for null. */
  public static String number(BigDecimal value) {
    return value == null ? "NULL" : value.toPlainString();
  }

  /** The texts as literals, joined by {@code ", "}. */
  public static String list(Collection<String> texts) {
    StringJoiner joiner = new StringJoiner(", ");
    texts.forEach(text -> joiner.add(string(text)));
    return joiner.toString();
  }
}
