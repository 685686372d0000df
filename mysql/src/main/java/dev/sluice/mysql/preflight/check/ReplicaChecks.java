package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.ReplicaChannel;
import dev.sluice.mysql.preflight.ServerFacts;
import dev.sluice.mysql.schema.ServerVariables;
import java.util.List;

/** What a replica must be to stand in for its primary as the server that is read. */
public final class ReplicaChecks {

  private static final String LOG_UPDATES = "log_replica_updates";
  private static final String COMMIT_ORDER = "replica_preserve_commit_order";
  private static final String FILTERS = "replication_filters";
  private static final String LAG = "replica_lag";

  /** The copy and the stream are behind by as much. */
  private static final long LAG_LIMIT_SECONDS = 30;

  private ReplicaChecks() {}

  public static List<PreflightCheck> all() {
    return List.of(
        new ReplicaCheck(LOG_UPDATES, ReplicaChecks::logUpdates),
        new ReplicaCheck(COMMIT_ORDER, ReplicaChecks::commitOrder),
        new ReplicaCheck(FILTERS, ReplicaChecks::filters),
        new ReplicaCheck(LAG, ReplicaChecks::lag));
  }

  private static Finding logUpdates(ServerFacts replica) {
    ServerVariables variables = replica.variables();
    boolean on = variables.isOn(LOG_UPDATES) || variables.isOn("log_slave_updates");
    return on
        ? Finding.ok(LOG_UPDATES, replica.label(), "the replica logs what it replicates")
        : Finding.refuse(
            LOG_UPDATES,
            replica.label(),
            "the replica does not write replicated changes to its own binary log",
            "start it with log_replica_updates = ON, or use read-from: primary");
  }

  private static Finding commitOrder(ServerFacts replica) {
    ServerVariables variables = replica.variables();
    int workers =
        variables
            .firstOf("replica_parallel_workers", "slave_parallel_workers")
            .map(Integer::parseInt)
            .orElse(0);
    boolean kept = variables.isOn(COMMIT_ORDER) || variables.isOn("slave_preserve_commit_order");
    if (workers <= 1) {
      return Finding.ok(COMMIT_ORDER, replica.label(), "one worker keeps the order of commits");
    }
    return kept
        ? Finding.ok(COMMIT_ORDER, replica.label(), workers + " workers keep the order of commits")
        : Finding.refuse(
            COMMIT_ORDER,
            replica.label(),
            workers + " workers commit in another order than the primary did",
            "SET GLOBAL replica_preserve_commit_order = ON while its replication is stopped");
  }

  /** Rows that the replica leaves out are missing in copy, stream and VDiff alike. */
  private static Finding filters(ServerFacts replica) {
    List<String> filters =
        replica.channels().orElse(List.of()).stream()
            .flatMap(channel -> channel.filters().stream())
            .toList();
    return filters.isEmpty()
        ? Finding.ok(FILTERS, replica.label(), "the replica replicates everything")
        : Finding.refuse(
            FILTERS,
            replica.label(),
            "the replica filters what it replicates: " + String.join("; ", filters),
            "take the filters away (CHANGE REPLICATION FILTER) and build the replica anew, or use"
                + " read-from: primary");
  }

  private static Finding lag(ServerFacts replica) {
    if (replica.channels().isEmpty()) {
      return Finding.refuse(
          LAG,
          replica.label(),
          "the account may not see how far the replica is behind",
          "GRANT REPLICATION CLIENT ON *.* TO " + replica.account());
    }
    List<ReplicaChannel> channels = replica.channels().get();
    if (channels.isEmpty()) {
      return Finding.refuse(
          LAG,
          replica.label(),
          "the server replicates from nobody: changes of the primary do not reach it",
          "start its replication, or use read-from: primary");
    }
    for (ReplicaChannel channel : channels) {
      if (!channel.running()) {
        String reason = channel.error().isEmpty() ? "" : ": " + channel.error();
        return Finding.refuse(
            LAG,
            replica.label(),
            "its replication is stopped" + reason,
            "START REPLICA, once what stopped it is repaired");
      }
    }
    long seconds =
        channels.stream().mapToLong(channel -> channel.lagSeconds().orElse(0)).max().orElse(0);
    String message = "the replica is " + seconds + " s behind";
    return seconds > LAG_LIMIT_SECONDS
        ? Finding.warn(
            LAG, replica.label(), message, "wait until it has caught up: the move is as late")
        : Finding.ok(LAG, replica.label(), message);
  }
}
