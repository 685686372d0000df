package dev.sluice.capture.value;

import java.math.BigDecimal;

/**
 * One text for equal JSON values: no white space between tokens, one way to write numbers and to
 * escape strings. The text protocol and the binary log print the same value differently. Stateless.
 */
public final class JsonText {

  /** Digits up to which a number is taken as the double that MySQL holds. */
  private static final int DOUBLE_DIGITS = 17;

  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private JsonText() {}

  /**
   * The canonical text.
   *
   * @throws IllegalArgumentException when a string or an escape does not end
   */
  public static String canonical(String json) {
    StringBuilder out = new StringBuilder(json.length());
    int i = 0;
    while (i < json.length()) {
      char c = json.charAt(i);
      if (c == '"') {
        i = string(json, i + 1, out);
      } else if (c == '-' || c >= '0' && c <= '9') {
        i = number(json, i, out);
      } else {
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
          out.append(c);
        }
        i++;
      }
    }
    return out.toString();
  }

  private static int string(String json, int from, StringBuilder out) {
    out.append('"');
    int i = from;
    while (i < json.length()) {
      char c = json.charAt(i++);
      if (c == '"') {
        out.append('"');
        return i;
      }
      if (c != '\\') {
        escape(c, out);
        continue;
      }
      if (i == json.length()) {
        break;
      }
      char escaped = json.charAt(i++);
      if (escaped == 'u' && i + 4 <= json.length()) {
        escape((char) Integer.parseInt(json.substring(i, i + 4), 16), out);
        i += 4;
      } else {
        escape(unescaped(escaped), out);
      }
    }
    throw new IllegalArgumentException("a JSON string does not end");
  }

  private static char unescaped(char c) {
    return switch (c) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> c;
    };
  }

  private static void escape(char c, StringBuilder out) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (c < 0x20) {
          out.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
        } else {
          out.append(c);
        }
      }
    }
  }

  private static int number(String json, int from, StringBuilder out) {
    int end = from;
    boolean integer = true;
    while (end < json.length() && isNumberPart(json.charAt(end))) {
      char c = json.charAt(end++);
      integer &= c == '-' || c >= '0' && c <= '9';
    }
    String token = json.substring(from, end);
    if (integer) {
      out.append(token);
      return end;
    }
    BigDecimal value = new BigDecimal(token);
    if (value.precision() <= DOUBLE_DIGITS) {
      value = BigDecimal.valueOf(value.doubleValue());
    }
    String plain = value.stripTrailingZeros().toPlainString();
    // 1.0 is a DOUBLE to MySQL, 1 is not
    out.append(plain).append(plain.indexOf('.') < 0 ? ".0" : "");
    return end;
  }

  private static boolean isNumberPart(char c) {
    return c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
  }
}
