package dev.sluice.mysql.sequence;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Hands out a sequence's ids one by one, for writers of a keyspace with several shards. Blocks that
 * are not used up when the process ends are lost: ids are unique and not without gaps. Thread-safe.
 */
public final class IdAllocator {

  /** Opens a connection to the shard that holds the sequence: the one with the lowest range. */
  public interface Connections {
    Connection open() throws SQLException;
  }

  private final Sequences sequences;
  private final String name;
  private final Connections connections;
  private long next;
  private long left;

  /**
   * @param name of the sequence, see {@link Sequences#name}
   * @param connections with autocommit on; each block opens one and closes it
   */
  public IdAllocator(Sequences sequences, String name, Connections connections) {
    this.sequences = sequences;
    this.name = name;
    this.connections = connections;
  }

  /**
   * The next id, unsigned.
   *
   * @throws dev.sluice.schemas.error.SluiceException NOT_FOUND when there is no such sequence
   */
  public synchronized long next() throws SQLException {
    if (left == 0) {
      try (Connection connection = connections.open()) {
        Sequences.Block block = sequences.next(connection, name);
        next = block.first();
        left = block.count();
      }
    }
    left--;
    return next++;
  }

  /**
   * Forgets what is left of the block at hand. To be called when the keyspace loses the traffic:
   * when it has it again, its ids go on above those of the other side.
   */
  public synchronized void forget() {
    left = 0;
  }
}
