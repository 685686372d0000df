package dev.sluice.mysql.schema;

import dev.sluice.mysql.schema.DdlScanner.Token;
import java.util.List;
import java.util.Locale;

/** The part of CREATE TABLE after the definitions: engine, character set, comment, partitions. */
final class TableOptions {

  private final String collation;

  /**
   * @param collation the table's default
   */
  TableOptions(String collation) {
    this.collation = collation;
  }

  /**
   * The options without counter, file places and secondary engine, with character set and collation
   * written out.
   */
  String rewritten(String options) {
    List<Token> tokens = DdlScanner.tokens(options);
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < tokens.size()) {
      Token token = tokens.get(at);
      if (token.comment()) {
        appendComment(out, token.text());
        at++;
        continue;
      }
      int end = endOfOption(tokens, at);
      if (!leftOut(tokens, at)) {
        out.append(' ').append(options, token.start(), tokens.get(end - 1).end());
      }
      at = end;
    }
    String charset =
        " DEFAULT CHARSET="
            + Collations.charsetOf(Collations.canonical(collation))
            + " COLLATE="
            + collation;
    int partitions = out.indexOf("\n");
    return partitions < 0
        ? out.append(charset).toString()
        : out.insert(partitions, charset).toString();
  }

  private static void appendComment(StringBuilder out, String comment) {
    String upper = comment.toUpperCase(Locale.ROOT);
    if (upper.matches("(?s)/\\*!\\d+\\s+PARTITION\\s+BY.*")) {
      out.append('\n').append(comment);
    } else if (!upper.contains("TABLESPACE") && !upper.contains("SECONDARY_ENGINE")) {
      out.append(' ').append(comment);
    }
  }

  /** An option is one to three words, {@code =} and a value, or words without a value. */
  private static int endOfOption(List<Token> tokens, int from) {
    int at = from;
    while (at < tokens.size() && !tokens.get(at).is("=") && !tokens.get(at).comment()) {
      at++;
    }
    boolean hasValue = at + 1 < tokens.size() && tokens.get(at).is("=");
    return hasValue ? at + 2 : Math.max(at, from + 1);
  }

  private static boolean leftOut(List<Token> tokens, int at) {
    Token first = tokens.get(at);
    Token second = at + 1 < tokens.size() ? tokens.get(at + 1) : first;
    boolean defaultCharset =
        first.is("DEFAULT") && (second.is("CHARSET") || second.is("CHARACTER"));
    boolean place = (first.is("DATA") || first.is("INDEX")) && second.is("DIRECTORY");
    return defaultCharset
        || place
        || first.is("CHARSET")
        || first.is("COLLATE")
        || first.is("AUTO_INCREMENT")
        || first.is("TABLESPACE")
        || first.is("SECONDARY_ENGINE");
  }
}
