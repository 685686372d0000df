package dev.sluice.schemas.avro;

import dev.sluice.schemas.change.Change;

/**
 * Turns records of one table's data topic back into changes. Implementations are not thread-safe;
 * one a thread.
 */
public interface ChangeDecoder {

  /**
   * Reads a record.
   *
   * @throws IllegalArgumentException when it is not a record of this table
   */
  Change decode(byte[] key, byte[] value);
}
