package dev.sluice.schemas.avro;

import dev.sluice.schemas.change.Change;

/**
 * Turns changes of one table into record keys and values. Implementations are not thread-safe; make
 * one a thread.
 */
public interface ChangeEncoder {

  /** The record key. */
  byte[] key(Change change);

  /** The record value. */
  byte[] value(Change change);
}
