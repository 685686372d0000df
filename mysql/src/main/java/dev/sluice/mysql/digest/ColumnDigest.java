package dev.sluice.mysql.digest;

import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.ValueKind;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One column as one side writes it into a row's canonical text. Immutable.
 *
 * <p>Numbers and times stand as they are: their texts hold no comma. Strings of at most {@value
 * #INLINE_BYTES} bytes stand with their length in front, longer ones by their SHA-256. NULL is
 * {@code N}, which no value is.
 */
final class ColumnDigest {

  private static final int INLINE_BYTES = 1_024;
  private static final Pattern LENGTH = Pattern.compile("\\w+\\((\\d+)\\).*");

  /**
   * Makes all of a CONCAT binary, as no column's collation is stronger: the bytes of its other
   * arguments stand as they are, and the server need not copy each value first to call it binary.
   */
  private static final String COLON = "_binary':' COLLATE `binary`";

  /** Sets whose bytes are UTF-8 already. */
  private static final Set<String> UTF8 = Set.of("utf8mb4", "utf8mb3", "utf8", "ascii");

  private final ColumnSchema mine;
  private final ColumnSchema other;
  private final String name;
  private final boolean mixed;

  /**
   * @param mine the column on the side that is read
   * @param other the same column on the other side: what differs between them decides the form
   * @param mixed true when the servers are of different versions, which print the same number
   *     differently
   */
  ColumnDigest(ColumnSchema mine, ColumnSchema other, boolean mixed) {
    this.mixed = mixed;
    this.mine = mine;
    this.other = other;
    this.name = Identifiers.quote(mine.name());
  }

  ColumnSchema column() {
    return mine;
  }

  /**
   * Part of the row's canonical text, as one or more arguments of CONCAT; NULL only when the server
   * could not make it.
   */
  String canonical() {
    boolean nullable = mine.nullable() || other.nullable();
    if (large()) {
      String hash = "SHA2(" + bytes() + ", 256)";
      return !nullable ? hash : "IF(" + name + " IS NULL, 'N', " + hash + ")";
    }
    if (!strings()) {
      return !nullable ? plain() : "IFNULL(" + plain() + ", 'N')";
    }
    String value = plainBytes() ? name : bytes();
    String text = "LENGTH(" + value + "), " + COLON + ", " + value;
    return !nullable ? text : "IFNULL(CONCAT(" + text + "), 'N')";
  }

  /**
   * The value as text from which {@link #literal} makes a literal; equal on both sides for equal
   * values.
   */
  String text() {
    return strings() ? "HEX(" + bytes() + ")" : "CAST(" + plain() + " AS CHAR)";
  }

  /** A literal of a value that {@link #text} has shown on either side. */
  String literal(String text) {
    return switch (mine.kind()) {
      case DATE -> "DATE'" + text + "'";
      case TIME -> "TIME'" + text + "'";
      case DATETIME, TIMESTAMP -> "TIMESTAMP'" + text + "'";
      case BYTES -> "X'" + text + "'";
      case TEXT -> {
        if (memberNumbers()) {
          yield text;
        }
        String bytes =
            sameCharset()
                ? "_" + mine.charset() + " X'" + text + "'"
                : "CONVERT(_utf8mb4 X'" + text + "' USING " + mine.charset() + ")";
        yield mine.collation() == null ? bytes : bytes + " COLLATE " + mine.collation();
      }
      default -> text;
    };
  }

  /** The value of a key's column as requests to repair write it. */
  String requestForm() {
    return switch (mine.kind()) {
      case TEXT -> "HEX(CONVERT(" + name + " USING utf8mb4))";
      case BYTES -> "HEX(" + name + ")";
      case BIT -> {
        Matcher length = LENGTH.matcher(mine.columnType());
        int bits = length.matches() ? Integer.parseInt(length.group(1)) : 1;
        yield "LPAD(HEX(CAST(" + name + " AS UNSIGNED)), " + (bits + 7) / 8 * 2 + ", '0')";
      }
      default -> "CAST(" + number() + " AS CHAR)";
    };
  }

  /** The value for people: text where it is text, else as {@link #text}. */
  String shown() {
    return switch (mine.kind()) {
      case TEXT -> "CONVERT(" + name + " USING utf8mb4)";
      case JSON -> bytes();
      default -> strings() ? "HEX(" + bytes() + ")" : "CAST(" + plain() + " AS CHAR)";
    };
  }

  /** True when both sides order and compare the values of this column alike. */
  boolean sameOrder() {
    if (mine.isEnumOrSet() || other.isEnumOrSet()) {
      return false;
    }
    return mine.kind() == other.kind()
        && normal(mine.collation()).equals(normal(other.collation()));
  }

  private boolean strings() {
    return switch (mine.kind()) {
      case BYTES, JSON, GEOMETRY, VECTOR -> true;
      case TEXT -> !memberNumbers();
      default -> false;
    };
  }

  /** Numbers and times, whose scales may differ between the sides. */
  private String plain() {
    return switch (mine.kind()) {
      // the product has all digits that a FLOAT needs, where the column's own text has six
      case FLOAT -> mixed ? digits("ABS(" + name + ") * 1e0") : name + " * 1e0";
      case DOUBLE -> doubles();
      case BIT, TEXT -> "CAST(" + name + " AS UNSIGNED)";
      case INTEGER -> zerofill() ? name + " + 0" : name;
      case DECIMAL, TIME, DATETIME, TIMESTAMP ->
          mine.scale() == other.scale() || mine.scale() == 0
              ? number()
              : "TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM " + number() + "))";
      default -> name;
    };
  }

  /**
   * The column's own text has all digits. One that was declared with a number of digits has those;
   * the product has all of them, unless its text grows longer than 22 characters, as negative
   * numbers with a large exponent do: it is cut to fit then. Both keep the sign of zero.
   */
  private String doubles() {
    boolean declared = mine.columnType().contains("(") || other.columnType().contains("(");
    if (other.kind() == ValueKind.DOUBLE && !declared) {
      return mixed ? digits("TRIM(LEADING '-' FROM " + name + ")") : name;
    }
    String product = mixed ? digits("ABS(" + name + ") * 1e0") : name + " * 1e0";
    boolean alike = mine.columnType().equals(other.columnType());
    return alike ? "CONCAT(" + name + ", '/', " + product + ")" : product;
  }

  /**
   * Sign, digits and exponent of a floating-point number, whether its server writes it as 1e-10 or
   * as 0.0000000001.
   *
   * @param unsigned expression for its absolute value, as number or text
   */
  private String digits(String unsigned) {
    String text = "CONCAT(" + unsigned + ")";
    String fraction = "SUBSTRING(" + text + ", 3)";
    String zeros = "LENGTH(" + fraction + ") - LENGTH(TRIM(LEADING '0' FROM " + fraction + "))";
    return "CONCAT(IF(LEFT("
        + name
        + ", 1) = '-', '-', ''), TRIM(BOTH '0' FROM REPLACE(SUBSTRING_INDEX("
        + text
        + ", 'e', 1), '.', '')), 'e', IF(LOCATE('e', "
        + text
        + "), CAST(SUBSTRING_INDEX("
        + text
        + ", 'e', -1) AS SIGNED), IF(LEFT("
        + text
        + ", 2) = '0.', -1 - ("
        + zeros
        + "), LENGTH(SUBSTRING_INDEX("
        + text
        + ", '.', 1)) - 1)))";
  }

  private String number() {
    return zerofill() ? "(" + name + " + 0)" : name;
  }

  /** Then the column's text has zeros in front, as many as its display width asks for. */
  private boolean zerofill() {
    return mine.columnType().contains("zerofill") || other.columnType().contains("zerofill");
  }

  private String bytes() {
    return switch (mine.kind()) {
      case JSON -> "CAST(" + name + " AS CHAR CHARACTER SET utf8mb4)";
      case VECTOR -> "HEX(" + name + ")";
      case GEOMETRY -> "CAST(" + name + " AS BINARY)";
      case BYTES -> name;
      default -> {
        String text = asItIs() ? name : "CONVERT(" + name + " USING utf8mb4)";
        String whole = "CAST(" + text + " AS BINARY)";
        // an ENUM can hold the member '' and the mark of a value that was once refused
        yield mine.dataType().equals("enum")
            ? "CONCAT(IF(CAST(" + name + " AS UNSIGNED) = 0, '!', ''), " + whole + ")"
            : whole;
      }
    };
  }

  /** True when the column's own bytes are the bytes to compare. */
  private boolean plainBytes() {
    return mine.kind() == ValueKind.TEXT && !mine.isEnumOrSet() && asItIs();
  }

  private boolean asItIs() {
    return sameCharset() || UTF8.contains(normal(mine.charset()));
  }

  /** ENUM and SET with the same members in the same order: their numbers say it all. */
  private boolean memberNumbers() {
    return mine.isEnumOrSet()
        && other.isEnumOrSet()
        && mine.columnType().equals(other.columnType());
  }

  /** Then the bytes themselves are compared, also those that no character stands for. */
  private boolean sameCharset() {
    return mine.charset() != null && normal(mine.charset()).equals(normal(other.charset()));
  }

  private static String normal(String charsetOrCollation) {
    String text = charsetOrCollation == null ? "" : charsetOrCollation.toLowerCase(Locale.ROOT);
    if (text.equals("utf8") || text.startsWith("utf8_")) {
      return "utf8mb3" + text.substring("utf8".length());
    }
    return text;
  }

  private boolean large() {
    return strings() && (longest(mine) > INLINE_BYTES || longest(other) > INLINE_BYTES);
  }

  private static long longest(ColumnSchema column) {
    if (column.kind() == ValueKind.TEXT && column.isEnumOrSet()) {
      return column.columnType().length() * 4L;
    }
    Matcher length = LENGTH.matcher(column.columnType());
    boolean declared =
        switch (column.dataType()) {
          case "char", "varchar", "binary", "varbinary" -> true;
          default -> false;
        };
    if (!declared || !length.matches()) {
      return column.dataType().startsWith("tiny") ? 255 : Long.MAX_VALUE;
    }
    return Long.parseLong(length.group(1)) * (column.kind() == ValueKind.TEXT ? 4 : 1);
  }
}
