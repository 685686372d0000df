package dev.sluice.apply.write;

import dev.sluice.schemas.change.Change;
import dev.sluice.schemas.table.ColumnSchema;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;

/**
 * The rows of a batch as LOAD DATA reads them, made while the driver sends: one block in memory.
 * Not thread-safe.
 */
final class RowStream extends InputStream {

  private static final int BLOCK_BYTES = 64 << 10;

  private final Iterator<Change> rows;
  private final ColumnSchema[] columns;
  private final TextBuffer block;
  private int at;

  RowStream(List<Change> rows, ColumnSchema[] columns, TextBuffer block) {
    this.rows = rows.iterator();
    this.columns = columns;
    this.block = block;
    block.reset();
  }

  @Override
  public int read() {
    return at < block.length() || fill() ? block.array()[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int count) {
    if (count == 0) {
      return 0;
    }
    if (at >= block.length() && !fill()) {
      return -1;
    }
    int taken = Math.min(count, block.length() - at);
    System.arraycopy(block.array(), at, target, offset, taken);
    at += taken;
    return taken;
  }

  private boolean fill() {
    block.reset();
    at = 0;
    while (rows.hasNext() && block.length() < BLOCK_BYTES) {
      Object[] row = rows.next().after();
      for (int i = 0; i < columns.length; i++) {
        if (i > 0) {
          block.put('\t');
        }
        ValueText.field(block, columns[i], row[i]);
      }
      block.put('\n');
    }
    return block.length() > 0;
  }
}
