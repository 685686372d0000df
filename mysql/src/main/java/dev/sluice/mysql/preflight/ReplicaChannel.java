package dev.sluice.mysql.preflight;

import java.util.List;
import java.util.OptionalLong;

/**
 * One replication of a server from another.
 *
 * @param sourceUuid {@code server_uuid} of the other server; empty until it was reached once
 * @param running both of its threads run
 * @param lagSeconds as the server says it; empty while a thread is stopped
 * @param error what stopped it; empty without one
 * @param filters what it leaves out or renames, as SHOW REPLICA STATUS says it; empty for nothing
 */
public record ReplicaChannel(
    String sourceUuid,
    boolean running,
    OptionalLong lagSeconds,
    String error,
    List<String> filters) {

  public ReplicaChannel {
    filters = List.copyOf(filters);
  }
}
