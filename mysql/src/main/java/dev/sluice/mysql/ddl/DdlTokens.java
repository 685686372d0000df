package dev.sluice.mysql.ddl;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cuts a statement into words, quoted names, strings, parenthesised groups and signs. Comments are
 * left out; what stands in an executable comment counts. Stateless.
 */
final class DdlTokens {

  /**
   * A piece of the statement.
   *
   * @param text as written; a group with its parentheses
   * @param name what it stands for if it is a name, without quotes
   * @param start place in the text that was cut up
   */
  record Token(String text, String name, int start, int end) {

    boolean is(String... words) {
      for (String word : words) {
        if (text.equalsIgnoreCase(word)) {
          return true;
        }
      }
      return false;
    }

    boolean group() {
      return text.startsWith("(");
    }

    boolean isName() {
      return name != null;
    }

    String upper() {
      return text.toUpperCase(Locale.ROOT);
    }
  }

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private DdlTokens(String text) {
    this.text = text;
  }

  /** The tokens in order; an unclosed quote or group reaches to the end. */
  static List<Token> of(String text) {
    DdlTokens scan = new DdlTokens(text);
    while (scan.at < text.length()) {
      scan.next();
    }
    return List.copyOf(scan.tokens);
  }

  private void next() {
    char c = text.charAt(at);
    if (Character.isWhitespace(c)) {
      at++;
    } else if (text.startsWith("/*!", at)) {
      at = afterDigits(at + 3);
    } else if (text.startsWith("*/", at)) {
      at += 2;
    } else if (comment(at)) {
      at = afterComment(at);
    } else {
      token(c);
    }
  }

  private void token(char c) {
    int start = at;
    at = afterUnit(start);
    String found = text.substring(start, at);
    String name = null;
    if (c == '`' || c == '"') {
      String quote = String.valueOf(c);
      String inner = found.length() < 2 ? "" : found.substring(1, found.length() - 1);
      name = inner.replace(quote + quote, quote);
    } else if (isWord(c)) {
      name = found;
    }
    tokens.add(new Token(found, name, start, at));
  }

  private int afterDigits(int from) {
    int end = from;
    while (end < text.length() && Character.isDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private boolean comment(int from) {
    return text.startsWith("/*", from)
        || text.charAt(from) == '#'
        || text.startsWith("--", from)
            && (from + 2 == text.length() || Character.isWhitespace(text.charAt(from + 2)));
  }

  private int afterComment(int from) {
    boolean block = text.startsWith("/*", from);
    int end = text.indexOf(block ? "*/" : "\n", from + (block ? 2 : 1));
    return end < 0 ? text.length() : end + (block ? 2 : 1);
  }

  private int afterUnit(int from) {
    char c = text.charAt(from);
    if (c == '\'' || c == '"' || c == '`') {
      return afterQuoted(from);
    }
    if (c == '(') {
      return afterGroup(from);
    }
    int end = from + 1;
    while (isWord(c) && end < text.length() && isWord(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private int afterGroup(int from) {
    int end = from + 1;
    while (end < text.length() && text.charAt(end) != ')') {
      boolean skip = comment(end) && !text.startsWith("/*!", end);
      end = skip ? afterComment(end) : afterUnit(end);
    }
    return Math.min(end + 1, text.length());
  }

  private int afterQuoted(int from) {
    char quote = text.charAt(from);
    int end = from + 1;
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
    return text.length();
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_' || c == '$' || c > 0x7f;
  }
}
