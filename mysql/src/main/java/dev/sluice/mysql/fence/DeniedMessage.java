package dev.sluice.mysql.fence;

/** What a denied writer reads. Stateless. */
final class DeniedMessage {

  /** MESSAGE_TEXT takes this many characters, and refuses more. */
  static final int LENGTH = 128;

  /** Of a long table name at least its end stays; then the schema's name is cut, too. */
  private static final int TABLE_KEEPS = 12;

  private DeniedMessage() {}

  /** The text, cut from the left of the table's name to what MySQL takes. */
  static String of(String schema, String table, String workflow) {
    String before = "sluice: writes to ";
    String after = " are denied (workflow " + workflow + ")";
    int room = LENGTH - before.length() - after.length() - 1;
    int forTable = Math.min(table.length(), Math.max(TABLE_KEEPS, room - schema.length()));
    int forSchema = Math.min(schema.length(), room - forTable);
    return before + end(schema, forSchema) + "." + end(table, forTable) + after;
  }

  private static String end(String text, int characters) {
    return text.substring(text.length() - characters);
  }
}
