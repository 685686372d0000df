package dev.sluice.server.http;

import dev.sluice.controller.port.MoveServers;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.keyspace.Shard;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@code GET /v1/keyspaces}: what is configured and what of it answers; no secrets. */
final class KeyspaceRoutes {

  private final Map<String, Keyspace> keyspaces;
  private final MoveServers servers;

  KeyspaceRoutes(Map<String, Keyspace> keyspaces, MoveServers servers) {
    this.keyspaces = new TreeMap<>(keyspaces);
    this.servers = servers;
  }

  void list(Context context) {
    List<Map<String, Object>> shown = new ArrayList<>();
    for (Keyspace keyspace : keyspaces.values()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", keyspace.name());
      entry.put("shards", keyspace.shards().stream().map(this::shard).toList());
      entry.put("vindexes", keyspace.vindexes());
      shown.add(entry);
    }
    context.json(Map.of("keyspaces", shown));
  }

  private Map<String, Object> shard(Shard shard) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("name", shard.name());
    shown.put("primary", endpoint(shard.primary()));
    shard.replica().ifPresent(replica -> shown.put("replica", endpoint(replica)));
    shard.rdonly().ifPresent(rdonly -> shown.put("rdonly", endpoint(rdonly)));
    return shown;
  }

  private Map<String, Object> endpoint(Endpoint endpoint) {
    Optional<String> problem = servers.unreachable(endpoint);
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("host", endpoint.host());
    shown.put("port", endpoint.port());
    shown.put("user", endpoint.user());
    shown.put("schema", endpoint.schema());
    shown.put("reachable", problem.isEmpty());
    shown.put("problem", problem.orElse(null));
    return shown;
  }
}
