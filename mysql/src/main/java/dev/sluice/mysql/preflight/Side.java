package dev.sluice.mysql.preflight;

/** What a server is to a move. */
public enum Side {
  SOURCE,
  /** A replica of a source's primary that rows and binary log are read from. */
  REPLICA,
  TARGET
}
