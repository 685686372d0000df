package dev.sluice.mysql.schema;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts the text of SHOW CREATE TABLE into pieces without understanding all of MySQL's grammar:
 * quotes, backticks, parentheses and versioned comments are skipped as wholes, so nothing inside
 * them is taken for syntax.
 */
final class DdlScanner {

  /** A piece of text at the outermost level. */
  record Token(String text, int start, int end) {
    boolean is(String word) {
      return text.equalsIgnoreCase(word);
    }

    boolean group() {
      return text.startsWith("(");
    }

    boolean identifier() {
      return text.startsWith("`");
    }

    boolean comment() {
      return text.startsWith("/*");
    }
  }

  private DdlScanner() {}

  /** The pieces between commas that lie outside every quote, parenthesis and comment; trimmed. */
  static List<String> splitByComma(String text) {
    List<String> pieces = new ArrayList<>();
    int from = 0;
    int at = 0;
    while (at < text.length()) {
      if (text.charAt(at) == ',') {
        pieces.add(text.substring(from, at).trim());
        from = at + 1;
      }
      at = afterUnit(text, at);
    }
    String last = text.substring(from).trim();
    if (!last.isEmpty()) {
      pieces.add(last);
    }
    return pieces;
  }

  /**
   * Words, quoted texts, identifiers, parenthesised groups, comments and single signs, in order.
   */
  static List<Token> tokens(String text) {
    List<Token> tokens = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      if (Character.isWhitespace(text.charAt(at))) {
        at++;
        continue;
      }
      int end = isWord(text.charAt(at)) ? afterWord(text, at) : afterUnit(text, at);
      tokens.add(new Token(text.substring(at, end), at, end));
      at = end;
    }
    return tokens;
  }

  /** The identifier that a token in backticks stands for. */
  static String unquoted(String identifier) {
    return identifier.substring(1, identifier.length() - 1).replace("``", "`");
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c == '.' || c == '-' || c == '@';
  }

  private static int afterWord(String text, int at) {
    int end = at;
    while (end < text.length() && isWord(text.charAt(end))) {
      end++;
    }
    return end;
  }

  /** The place after the quote, group, comment or single character that begins here. */
  private static int afterUnit(String text, int at) {
    return switch (text.charAt(at)) {
      case '\'', '"', '`' -> afterQuoted(text, at);
      case '(' -> afterGroup(text, at);
      case '/' -> text.startsWith("/*", at) ? afterComment(text, at) : at + 1;
      default -> at + 1;
    };
  }

  private static int afterQuoted(String text, int at) {
    char quote = text.charAt(at);
    int end = at + 1;
    while (end < text.length()) {
      char c = text.charAt(end);
      if (c == '\\' && quote != '`') {
        end += 2;
      } else if (c != quote) {
        end++;
      } else if (end + 1 < text.length() && text.charAt(end + 1) == quote) {
        end += 2;
      } else {
        return end + 1;
      }
    }
    throw new IllegalArgumentException("a quote at " + at + " is never closed in: " + text);
  }

  private static int afterGroup(String text, int at) {
    int end = at + 1;
    while (end < text.length()) {
      if (text.charAt(end) == ')') {
        return end + 1;
      }
      end = afterUnit(text, end);
    }
    throw new IllegalArgumentException("a parenthesis at " + at + " is never closed in: " + text);
  }

  private static int afterComment(String text, int at) {
    int end = at + 2;
    while (end < text.length()) {
      if (text.startsWith("*/", end)) {
        return end + 2;
      }
      char c = text.charAt(end);
      end = c == '\'' || c == '"' || c == '`' ? afterQuoted(text, end) : end + 1;
    }
    throw new IllegalArgumentException("a comment at " + at + " is never closed in: " + text);
  }
}
