package dev.sluice.tests.workload;

import dev.sluice.mysql.sequence.Sequences;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.sql.Connection;
import java.sql.SQLException;

/** One thread's connections: one to each place, and one that draws ids. Not thread-safe. */
final class MovingConnections implements AutoCloseable {

  private static final int READ_ONLY = 1290;
  private static final int SOCKET_TIMEOUT_MILLIS = 30_000;

  private final MovingSides sides;
  private final Connection[] open;
  private Connection ids;
  private long nextId;
  private long idsLeft;

  MovingConnections(MovingSides sides) {
    this.sides = sides;
    this.open = new Connection[sides.places()];
  }

  /** The connection to a place, with autocommit off. */
  Connection at(int place) throws SQLException {
    if (open[place] == null) {
      Connection connection = sides.connections(place).openUtc();
      connection.setNetworkTimeout(Runnable::run, SOCKET_TIMEOUT_MILLIS);
      connection.setAutoCommit(false);
      open[place] = connection;
    }
    return open[place];
  }

  /** The next id of the sequence for orders, on the shard with the lowest range. */
  long nextOrderId() throws SQLException {
    if (idsLeft == 0) {
      if (ids == null) {
        ids = sides.connections(1).openUtc();
        ids.setNetworkTimeout(Runnable::run, SOCKET_TIMEOUT_MILLIS);
      }
      try {
        Sequences.Block block =
            new Sequences("_sluice").next(ids, Sequences.name(sides.targetKeyspace(), "corder"));
        nextId = block.first();
        idsLeft = block.count();
      } catch (SQLException e) {
        close(ids);
        ids = null;
        throw e;
      } catch (SluiceException e) {
        if (e.code() != ErrorCode.MYSQL_READ_ONLY) {
          throw e;
        }
        // the traffic is just leaving: as if the write itself had been denied
        throw new SQLException(e.getMessage(), "HY000", READ_ONLY, e);
      }
    }
    idsLeft--;
    return nextId++;
  }

  /** Forgets a connection that broke. */
  void drop(int place) {
    close(open[place]);
    open[place] = null;
  }

  private static void close(Connection connection) {
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        // broken already
      }
    }
  }

  @Override
  public void close() {
    for (int place = 0; place < open.length; place++) {
      drop(place);
    }
    close(ids);
  }
}
