package dev.sluice.capture.value;

import dev.sluice.schemas.table.ColumnSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.util.Utf8;

/** ENUM and SET values out of their numbers, for both ways of reading. Thread-safe. */
final class Members {

  private static final Map<String, Members> KNOWN = new ConcurrentHashMap<>();

  private final List<String> names;
  private final boolean set;

  private Members(List<String> names, boolean set) {
    this.names = names;
    this.set = set;
  }

  static Members of(ColumnSchema column) {
    return KNOWN.computeIfAbsent(
        column.columnType(), type -> new Members(parse(type), column.dataType().equals("set")));
  }

  /**
   * The value's text; members of a SET are joined by commas.
   *
   * @param number an ENUM's member counted from 1; a SET's members as bits
   * @throws dev.sluice.schemas.error.SluiceException VALUE_NOT_CARRIED for the number 0 of an ENUM,
   *     which stands for a value that was refused once, for members that do not exist, and for the
   *     empty member of a SET alone
   */
  Utf8 text(ColumnSchema column, long number) {
    if (set) {
      return new Utf8(joined(column, number));
    }
    if (number == 0) {
      throw ValueErrors.notCarried(
          column, "it holds MySQL's mark for an invalid value, which is no member");
    }
    if (number < 0 || number > names.size()) {
      throw unknown(column);
    }
    return new Utf8(names.get((int) number - 1));
  }

  private String joined(ColumnSchema column, long bits) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Long.SIZE; i++) {
      if ((bits >>> i & 1) != 0) {
        if (i >= names.size()) {
          throw unknown(column);
        }
        text.append(text.isEmpty() ? "" : ",").append(names.get(i));
      }
    }
    if (bits != 0 && text.isEmpty()) {
      throw ValueErrors.notCarried(
          column, "it holds the empty member alone, which reads like none");
    }
    return text.toString();
  }

  private static RuntimeException unknown(ColumnSchema column) {
    return ValueErrors.notCarried(column, "it holds a member that the column does not have");
  }

  /** The quoted names of {@code enum('a','it''s','c')}, with the escapes that MySQL prints. */
  static List<String> parse(String columnType) {
    List<String> names = new ArrayList<>();
    int at = columnType.indexOf('(') + 1;
    while (at > 0 && at < columnType.length() && columnType.charAt(at) == '\'') {
      StringBuilder name = new StringBuilder();
      at++;
      while (columnType.charAt(at) != '\'' || columnType.startsWith("''", at)) {
        char c = columnType.charAt(at++);
        if (c == '\'') {
          at++;
        } else if (c == '\\') {
          c = escaped(columnType.charAt(at++));
        }
        name.append(c);
      }
      names.add(name.toString());
      // the closing quote and a comma
      at += 2;
    }
    return List.copyOf(names);
  }

  private static char escaped(char c) {
    return switch (c) {
      case '0' -> '\0';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'Z' -> '\u001a';
      default -> c;
    };
  }
}
