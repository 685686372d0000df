package dev.sluice.capture.engine;

import java.util.regex.Pattern;

/**
 * Whether a DDL statement concerns a table, told from its text: the engine names no table for an
 * index, and only the new name for a rename. Immutable.
 */
final class DdlText {

  private static final String ANYTHING = "[\\s\\S]*";

  private final Pattern concerns;

  DdlText(String schema, String table) {
    String name =
        "(?:" + quotedOrPlain(schema) + "\\s*\\.\\s*)?" + quotedOrPlain(table) + "(?![\\w$`])";
    String comments = "(?:\\s|/\\*[\\s\\S]*?\\*/|--[^\\n]*\\n|#[^\\n]*\\n)*";
    concerns =
        Pattern.compile(
            comments
                + "(?:RENAME\\s+TABLES?\\s(?:"
                + ANYTHING
                + "[\\s,])?"
                + name
                + "|ALTER\\s+(?:ONLINE\\s+|OFFLINE\\s+|IGNORE\\s+)*TABLE\\s+"
                + name
                + "|(?:CREATE|DROP)\\s[^(]*?INDEX\\s[^(]*?\\sON\\s+"
                + name
                + "|TRUNCATE\\s+(?:TABLE\\s+)?"
                + name
                + "|DROP\\s+(?:TEMPORARY\\s+)?TABLES?\\s(?:"
                + ANYTHING
                + "[\\s,])?"
                + name
                + ")"
                + ANYTHING,
            Pattern.CASE_INSENSITIVE);
  }

  private static String quotedOrPlain(String identifier) {
    return "(?:`"
        + Pattern.quote(identifier.replace("`", "``"))
        + "`|"
        + Pattern.quote(identifier)
        + ")";
  }

  boolean concernedBy(String statement) {
    return concerns.matcher(statement).matches();
  }
}
