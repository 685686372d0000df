package dev.sluice.tests.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.tests.compare.ShardToCompare;
import dev.sluice.tests.compare.Side;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.Stack;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keyspaces of any shape on the shared stack's servers: a shard is a schema of its own, several of
 * them may lie on one server. Not thread-safe.
 */
final class Keyspaces implements AutoCloseable {

  /** One shard. */
  record Place(String keyRange, MysqlServer server, String schema) {

    ShardToCompare toCompare() {
      return new ShardToCompare(keyRange, Side.on(server, schema));
    }
  }

  private final Stack stack;
  private final Map<String, List<Place>> places = new LinkedHashMap<>();
  private final Map<String, Map<String, String>> vindexes = new LinkedHashMap<>();
  private final Map<String, MysqlServer> replicas = new LinkedHashMap<>();

  Keyspaces(Stack stack) {
    this.stack = stack;
  }

  /**
   * Adds a keyspace and creates its schemas.
   *
   * @param schema of its first shard, and the beginning of the others' names
   * @param servers of its shards, in turn
   */
  Keyspaces add(String name, String schema, List<MysqlServer> servers, List<String> keyRanges) {
    List<Place> shards = new ArrayList<>();
    for (int i = 0; i < keyRanges.size(); i++) {
      MysqlServer server = servers.get(i % servers.size());
      Place place = new Place(keyRanges.get(i), server, schema + "_" + name + i);
      server.execute("CREATE SCHEMA `" + place.schema() + "`");
      shards.add(place);
    }
    places.put(name, shards);
    vindexes.put(name, new LinkedHashMap<>());
    return this;
  }

  /** Places a table of a keyspace by a column. */
  Keyspaces vindex(String keyspace, String table, String column) {
    vindexes.get(keyspace).put(table, column);
    return this;
  }

  /** Gives the shards of a keyspace that lie on one server a replica endpoint. */
  Keyspaces replica(String keyspace, MysqlServer replica) {
    replicas.put(keyspace, replica);
    return this;
  }

  List<Place> shards(String keyspace) {
    return places.get(keyspace);
  }

  List<ShardToCompare> toCompare(String keyspace) {
    return shards(keyspace).stream().map(Place::toCompare).toList();
  }

  /** The text of a sluice.yaml. */
  String yaml(int httpPort) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("kafka", Map.of("bootstrap.servers", stack.kafka().bootstrapServers()));
    root.put("registry", Map.of("url", stack.registry().url()));
    root.put("http", Map.of("listen", "127.0.0.1:" + httpPort));
    Map<String, Object> keyspaces = new LinkedHashMap<>();
    places.forEach((name, shards) -> keyspaces.put(name, keyspace(name, shards)));
    root.put("keyspaces", keyspaces);
    try {
      return new YAMLMapper(
              YAMLFactory.builder().disable(YAMLGenerator.Feature.SPLIT_LINES).build())
          .writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private Map<String, Object> keyspace(String name, List<Place> shards) {
    Map<String, Object> byRange = new LinkedHashMap<>();
    for (Place place : shards) {
      Map<String, Object> endpoints = new LinkedHashMap<>();
      endpoints.put("primary", endpoint(place.server(), place.schema()));
      if (replicas.containsKey(name)) {
        endpoints.put("replica", endpoint(replicas.get(name), place.schema()));
      }
      byRange.put(place.keyRange(), endpoints);
    }
    Map<String, Object> keyspace = new LinkedHashMap<>(Map.of("shards", byRange));
    Map<String, Object> placed = new LinkedHashMap<>();
    vindexes
        .get(name)
        .forEach((table, column) -> placed.put(table, Map.of("column", column, "type", "sha256")));
    if (!placed.isEmpty()) {
      keyspace.put("vindexes", placed);
    }
    return keyspace;
  }

  private static Map<String, Object> endpoint(MysqlServer server, String schema) {
    Map<String, Object> endpoint = new LinkedHashMap<>();
    endpoint.put("host", server.host());
    endpoint.put("port", server.port());
    endpoint.put("user", server.user());
    endpoint.put("password", server.password());
    endpoint.put("schema", schema);
    endpoint.put("properties", Map.of("sslMode", "DISABLED", "allowPublicKeyRetrieval", "true"));
    return endpoint;
  }

  @Override
  public void close() {
    places
        .values()
        .forEach(
            shards ->
                shards.forEach(
                    place ->
                        place.server().execute("DROP SCHEMA IF EXISTS `" + place.schema() + "`")));
  }
}
