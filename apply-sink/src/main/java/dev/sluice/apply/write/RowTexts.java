package dev.sluice.apply.write;

import dev.sluice.schemas.table.ColumnSchema;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Keys and rows as SQL literals, joined by commas. Not thread-safe: it reuses one buffer. */
final class RowTexts {

  private final TableSql sql;
  private final TextBuffer buffer = new TextBuffer(1 << 10);
  private final MessageDigest sha256;

  RowTexts(TableSql sql) {
    this.sql = sql;
    try {
      this.sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  String key(Object[] key) {
    return text(sql.keyColumns(), key);
  }

  String row(Object[] row) {
    return text(sql.columns(), row);
  }

  /** SHA-256 of the key's text. */
  byte[] keyHash(Object[] key) {
    fill(sql.keyColumns(), key);
    sha256.update(buffer.array(), 0, buffer.length());
    return sha256.digest();
  }

  private String text(ColumnSchema[] columns, Object[] values) {
    fill(columns, values);
    return new String(buffer.array(), 0, buffer.length(), StandardCharsets.UTF_8);
  }

  private void fill(ColumnSchema[] columns, Object[] values) {
    buffer.reset();
    for (int i = 0; i < columns.length; i++) {
      if (i > 0) {
        buffer.put(',');
      }
      ValueText.literal(buffer, columns[i], values[i]);
    }
  }
}
