package dev.sluice.apply.write;

import dev.sluice.apply.core.TableBatch;
import dev.sluice.apply.core.WriteMode;
import java.sql.SQLException;

/** Writes the batches of one table. Not thread-safe. */
interface BatchWriter {

  void write(int stream, WriteMode mode, TableBatch batch) throws SQLException;

  /**
   * Deletes a bounded number of the rows that the stream brought, written and parked ones.
   *
   * @return how many, 1 where it has met other streams' rows alone; 0 when none is left
   */
  int deleteSome(int stream) throws SQLException;
}
