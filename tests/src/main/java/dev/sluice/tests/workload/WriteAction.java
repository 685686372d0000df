package dev.sluice.tests.workload;

import java.util.SplittableRandom;

/** What a transaction does, and how often among 100. */
enum WriteAction {
  INSERT(14),
  INSERT_MANY(4),
  UPDATE(26),
  DELETE(7),
  /** Gives rows another primary key. */
  REKEY(8),
  /** Changes the vindex column, so rows may change the shard. */
  MOVE(10),
  /** Exchanges the unique values of two rows by way of a third value. */
  SWAP_UNIQUE(6),
  /** A row takes a fresh unique value; its old one is handed on to a row of a later transaction. */
  RELEASE_UNIQUE(4),
  /** A row takes a unique value that another transaction gave away. */
  TAKE_UNIQUE(5),
  /** Deletes a row and writes the same key again. */
  REPLACE_ROW(4),
  /** Many changes over several tables. */
  MIXED(7),
  /** Some changes, then ROLLBACK. */
  ROLLBACK(5);

  private static final WriteAction[] ALL = values();

  private final int weight;

  WriteAction(int weight) {
    this.weight = weight;
  }

  static WriteAction any(SplittableRandom random) {
    int place = random.nextInt(100);
    for (WriteAction action : ALL) {
      place -= action.weight;
      if (place < 0) {
        return action;
      }
    }
    return UPDATE;
  }
}
