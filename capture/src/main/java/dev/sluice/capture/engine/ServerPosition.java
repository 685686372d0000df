package dev.sluice.capture.engine;

import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.mysql.fence.FenceId;
import dev.sluice.mysql.gtid.GtidSet;
import dev.sluice.mysql.gtid.GtidWaiter;
import dev.sluice.mysql.replica.Replicas;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.mysql.sql.Identifiers;
import dev.sluice.mysql.sql.Literals;
import dev.sluice.mysql.sql.Queries;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Endpoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the server read has executed and still has in its binary logs. Thread-safe. */
public final class ServerPosition {

  /** The dump can send a transaction before the server shows it as executed. */
  private static final Duration CATCH_UP = Duration.ofSeconds(10);

  private final MySqlSessions sessions;
  private final Endpoint read;
  private final boolean replica;
  private final Endpoint primary;

  /**
   * @param replica whether the server read is a replica of the primary
   */
  public ServerPosition(MySqlSessions sessions, Endpoint read, boolean replica, Endpoint primary) {
    this.sessions = sessions;
    this.read = read;
    this.replica = replica;
    this.primary = primary;
  }

  /**
   * A position.
   *
   * @param offset for the engine
   * @param denied the fence denies writes there
   * @param definitions of the tables there
   */
  record Present(
      Map<String, String> offset, boolean denied, List<TableDefinitions.Definition> definitions) {}

  /**
   * The present position, and the tables as they are there.
   *
   * @param sidecar name of the sidecar schema
   * @param fence of the shard read
   * @param tables moved
   * @param whileUnchanged called while the tables are as at this position
   */
  Present present(String sidecar, FenceId fence, List<String> tables, Runnable whileUnchanged) {
    GtidSet atLeast = replica ? executedOnPrimary() : GtidSet.EMPTY;
    String gate =
        "SELECT CONCAT(denied, ' ', token) FROM "
            + Identifiers.qualified(sidecar, "fence")
            + " WHERE id = "
            + Literals.string(fence.gate());
    try (Connection connection = sessions.open(read, SessionProfile.CONTROL)) {
      if (!GtidWaiter.waitFor(connection, atLeast, CATCH_UP)) {
        throw behind(atLeast.subtract(GtidWaiter.executed(connection)));
      }
      String file = Queries.text(connection, "SELECT @@GLOBAL.log_bin_basename").orElse("");
      TableDefinitions there = new TableDefinitions(connection, read.schema(), tables, sidecar);
      while (true) {
        String before = Queries.text(connection, gate).orElse("");
        there.read(whileUnchanged);
        // a change in between may lie on either side of the position
        if (Queries.text(connection, gate).orElse("").equals(before)) {
          return new Present(
              offset(there.executed().toString(), file),
              before.startsWith("1 "),
              there.definitions());
        }
      }
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, "read the position of " + read);
    }
  }

  private static Map<String, String> offset(String executed, String file) {
    return Map.of(
        "gtids",
        executed,
        // with a GTID set the file is only a label; the engine wants one
        "file",
        file.substring(file.lastIndexOf('/') + 1) + ".000001",
        "pos",
        "4");
  }

  /** What the replica must show before it is read: the sidecar was created on the primary. */
  private GtidSet executedOnPrimary() {
    try (Connection connection = sessions.open(primary, SessionProfile.CONTROL)) {
      return GtidWaiter.executed(connection);
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, "read the position of " + primary);
    }
  }

  private SluiceException behind(GtidSet missing) {
    return new SluiceException(
        ErrorCode.REPLICA_BEHIND,
        "replica " + read + " has not executed " + missing + " yet",
        "nothing if it catches up; else look at its SHOW REPLICA STATUS, or read from the primary");
  }

  /** True when the server tells schemas and tables apart without regard to case. */
  boolean ignoresCase() {
    return variable("lower_case_table_names").filter(value -> !value.equals("0")).isPresent();
  }

  /**
   * True when the server's sessions do not see primary keys that it made itself (from 8.0.30 on),
   * unless they ask for it.
   */
  boolean hidesGeneratedKeys() {
    return variable("show_gipk_in_create_table_and_information_schema")
        .filter("OFF"::equals)
        .isPresent();
  }

  private Optional<String> variable(String name) {
    try (Connection connection = sessions.open(read, SessionProfile.CONTROL)) {
      return Queries.first(
          connection,
          "SHOW GLOBAL VARIABLES WHERE Variable_name = '" + name + "'",
          row -> row.getString(2));
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, "read the variables of " + read);
    }
  }

  /**
   * Checks that the server can deliver everything that follows the set.
   *
   * @throws SluiceException BINLOG_PURGED, GTID_SET_NOT_CONTAINED, or REPLICA_BEHIND when what is
   *     missing may be on its way to the server
   */
  void checkDelivers(String gtidSet) {
    GtidSet ours = GtidSet.parse(gtidSet);
    try (Connection connection = sessions.open(read, SessionProfile.CONTROL)) {
      GtidSet purged = GtidWaiter.purged(connection);
      if (!ours.contains(purged)) {
        throw new SluiceException(
            ErrorCode.BINLOG_PURGED,
            "binary logs with " + purged.subtract(ours) + " are no longer on " + read,
            "copy again from the start: `start --recopy`; keep binary logs longer");
      }
      if (!GtidWaiter.executed(connection).contains(ours)
          && !GtidWaiter.waitFor(connection, ours, CATCH_UP)) {
        GtidSet missing = ours.subtract(GtidWaiter.executed(connection));
        if (replica
            && Replicas.secondsBehind(connection).isPresent()
            && executedOnPrimary().contains(ours)) {
          throw behind(missing);
        }
        throw new SluiceException(
            ErrorCode.GTID_SET_NOT_CONTAINED,
            read + " has not executed " + missing + ", which the journal holds",
            "point the keyspace at the server that has them; if it was restored from a backup, begin the move again");
      }
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, "read the position of " + read);
    }
  }
}
