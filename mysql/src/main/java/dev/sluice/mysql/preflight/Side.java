package dev.sluice.mysql.preflight;

/** Which keyspace of a move a server belongs to. */
public enum Side {
  SOURCE,
  TARGET
}
