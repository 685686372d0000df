package dev.sluice.capture.value;

import dev.sluice.schemas.table.ColumnSchema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import org.apache.avro.util.Utf8;

/**
 * One text for equal JSON values: no white space between tokens, one way to write numbers and to
 * escape strings. The text protocol and the binary log print the same value differently. Stateless.
 */
public final class JsonText {

  /** Digits that tell every DOUBLE from its neighbours. */
  private static final int DOUBLE_DIGITS = 17;

  /** Digits of a decimal number that every DOUBLE keeps. */
  private static final int DECIMAL_DIGITS = 15;

  /** Digits before the point that every DOUBLE can have. */
  private static final int SAFE_SIZE = 300;

  /** Digits, or a sign and digits, that always fit 64 bits. */
  private static final int SAFE_DIGITS = 18;

  private static final RoundingMode[] NEAREST_FIRST = {
    RoundingMode.HALF_EVEN, RoundingMode.CEILING, RoundingMode.FLOOR
  };

  private static final BigInteger SMALLEST = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger LARGEST =
      BigInteger.ONE.shiftLeft(Long.SIZE).subtract(BigInteger.ONE);
  private static final String TOO_EXACT =
      "a DECIMAL inside it has more digits than a DOUBLE, and JSON text has no other form for it";

  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private JsonText() {}

  /**
   * The column's value.
   *
   * @throws dev.sluice.schemas.error.SluiceException VALUE_NOT_CARRIED when a number in it would
   *     change
   */
  static Utf8 of(ColumnSchema column, String json) {
    try {
      return new Utf8(canonical(json));
    } catch (IllegalArgumentException e) {
      throw ValueErrors.notCarried(column, e.getMessage());
    }
  }

  /**
   * The canonical text.
   *
   * @throws IllegalArgumentException when a string or an escape does not end, or a number would be
   *     another one when MySQL reads the text
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
    out.append(integer ? integer(token) : real(token));
    return end;
  }

  private static String integer(String token) {
    if (token.length() > SAFE_DIGITS) {
      BigInteger value = new BigInteger(token);
      if (value.compareTo(SMALLEST) < 0 || value.compareTo(LARGEST) > 0) {
        throw new IllegalArgumentException(TOO_EXACT);
      }
    }
    return token;
  }

  /** A number with a point or an exponent is read as a DOUBLE, even if it was a DECIMAL. */
  private static String real(String token) {
    BigDecimal value = new BigDecimal(token);
    if (value.signum() == 0) {
      return token.startsWith("-") ? "-0.0" : "0.0";
    }
    if (value.precision() > DECIMAL_DIGITS || value.precision() - value.scale() > SAFE_SIZE) {
      double number = value.doubleValue();
      if (Double.isInfinite(number) || shortest(number).compareTo(value) != 0) {
        throw new IllegalArgumentException(TOO_EXACT);
      }
    }
    String plain = value.stripTrailingZeros().toPlainString();
    // 1.0 is a DOUBLE to MySQL, 1 is not
    return plain + (plain.indexOf('.') < 0 ? ".0" : "");
  }

  /**
   * The decimal number with the fewest digits that is read as this one, and of these the nearest:
   * what MySQL prints.
   */
  public static BigDecimal shortest(double value) {
    BigDecimal javas = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    if (javas.precision() <= DECIMAL_DIGITS) {
      return javas;
    }
    BigDecimal exact = new BigDecimal(value);
    for (int digits = DECIMAL_DIGITS; digits < DOUBLE_DIGITS; digits++) {
      for (RoundingMode mode : NEAREST_FIRST) {
        BigDecimal rounded = exact.round(new MathContext(digits, mode));
        if (rounded.doubleValue() == value) {
          return rounded;
        }
      }
    }
    return exact.round(new MathContext(DOUBLE_DIGITS, RoundingMode.HALF_EVEN));
  }

  private static boolean isNumberPart(char c) {
    return c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
  }
}
