package dev.sluice.tests.stack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The configuration ({@code sluice.yaml}) of a Sluice server that works on a stack; immutable. The
 * passwords stand in the text: the stack's servers are for development and listen on the loopback
 * address only.
 */
public final class ServerConfig {
  private static final Map<String, String> DRIVER_PROPERTIES =
      Map.of("sslMode", "DISABLED", "allowPublicKeyRetrieval", "true");

  private final Stack stack;
  private final String sourceSchema;
  private final String targetSchema;
  private final String httpListen;
  private final boolean throughLinks;
  private final List<String> tables;
  private final Map<String, String> passwords;
  private final String keepApplied;
  private final Map<String, Integer> ports;
  private final Map<String, String> targetReplicas;

  private ServerConfig(
      Stack stack,
      String sourceSchema,
      String targetSchema,
      String httpListen,
      boolean throughLinks,
      List<String> tables,
      Map<String, String> passwords,
      String keepApplied,
      Map<String, Integer> ports,
      Map<String, String> targetReplicas) {
    this.stack = stack;
    this.sourceSchema = sourceSchema;
    this.targetSchema = targetSchema;
    this.httpListen = httpListen;
    this.throughLinks = throughLinks;
    this.tables = List.copyOf(tables);
    this.passwords = Map.copyOf(passwords);
    this.keepApplied = keepApplied;
    this.ports = Map.copyOf(ports);
    this.targetReplicas = Map.copyOf(targetReplicas);
  }

  /**
   * The stack's own schemas, the sample tables {@code customer} and {@code corder}, HTTP on the
   * default port.
   */
  public static ServerConfig of(Stack stack) {
    return new ServerConfig(
        stack,
        stack.options().sourceSchema(),
        stack.options().targetSchema(),
        "127.0.0.1:15400",
        false,
        List.of("customer", "corder"),
        Map.of(),
        null,
        Map.of(),
        Map.of());
  }

  /** Other schemas on the same servers. */
  public ServerConfig withSchemas(String source, String target) {
    return new ServerConfig(
        stack,
        source,
        target,
        httpListen,
        throughLinks,
        tables,
        passwords,
        keepApplied,
        ports,
        targetReplicas);
  }

  /** Another address, {@code HOST:PORT}. */
  public ServerConfig withHttpListen(String address) {
    return new ServerConfig(
        stack,
        sourceSchema,
        targetSchema,
        address,
        throughLinks,
        tables,
        passwords,
        keepApplied,
        ports,
        targetReplicas);
  }

  /** Reaches Kafka and MySQL through the stack's network links. */
  public ServerConfig withLinks() {
    return new ServerConfig(
        stack,
        sourceSchema,
        targetSchema,
        httpListen,
        true,
        tables,
        passwords,
        keepApplied,
        ports,
        targetReplicas);
  }

  /** Tables that are sharded by {@code customer_id} in the target keyspace. */
  public ServerConfig withShardedTables(String... names) {
    return new ServerConfig(
        stack,
        sourceSchema,
        targetSchema,
        httpListen,
        throughLinks,
        List.of(names),
        passwords,
        keepApplied,
        ports,
        targetReplicas);
  }

  /** Another text for one server's password, {@code ${file:/path}} for example. */
  public ServerConfig withPassword(String server, String text) {
    Map<String, String> more = new LinkedHashMap<>(passwords);
    more.put(server, text);
    return new ServerConfig(
        stack,
        sourceSchema,
        targetSchema,
        httpListen,
        throughLinks,
        tables,
        more,
        keepApplied,
        ports,
        targetReplicas);
  }

  /** Another port of this machine that a server is reached by: somebody listens there for it. */
  public ServerConfig withPort(String server, int port) {
    Map<String, Integer> more = new LinkedHashMap<>(ports);
    more.put(server, port);
    return new ServerConfig(
        stack,
        sourceSchema,
        targetSchema,
        httpListen,
        throughLinks,
        tables,
        passwords,
        keepApplied,
        more,
        targetReplicas);
  }

  /** Gives a target shard a replica: a server of the stack that replicates, from whomever. */
  public ServerConfig withTargetReplica(String keyRange, String server) {
    Map<String, String> more = new LinkedHashMap<>(targetReplicas);
    more.put(keyRange, server);
    return new ServerConfig(
        stack,
        sourceSchema,
        targetSchema,
        httpListen,
        throughLinks,
        tables,
        passwords,
        keepApplied,
        ports,
        more);
  }

  /** How long records that are applied stay in the topics; null for the server's default. */
  public ServerConfig withKeepApplied(String duration) {
    return new ServerConfig(
        stack,
        sourceSchema,
        targetSchema,
        httpListen,
        throughLinks,
        tables,
        passwords,
        duration,
        ports,
        targetReplicas);
  }

  /** The text of the file. */
  public String yaml() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("kafka", Map.of("bootstrap.servers", bootstrapServers()));
    root.put("registry", Map.of("url", stack.registry().url()));
    root.put("http", Map.of("listen", httpListen));
    if (keepApplied != null) {
      root.put("topics", Map.of("keep-applied", keepApplied));
    }
    Map<String, Object> keyspaces = new LinkedHashMap<>();
    keyspaces.put("commerce", Map.of("shards", sourceShards()));
    keyspaces.put("customer", targetKeyspace());
    root.put("keyspaces", keyspaces);
    YAMLFactory format =
        YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build();
    try {
      return new YAMLMapper(format).writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new StackException("the configuration cannot be written", e);
    }
  }

  private String bootstrapServers() {
    if (!throughLinks) {
      return stack.kafka().bootstrapServers();
    }
    NetworkLink link = stack.link(stack.kafka().name());
    return link.host() + ":" + link.port();
  }

  private Map<String, Object> sourceShards() {
    Map<String, Object> shards = new LinkedHashMap<>();
    for (String keyRange : stack.options().sourceShards()) {
      Map<String, Object> shard = new LinkedHashMap<>();
      shard.put(
          "primary",
          endpoint(stack.mysql(stack.options().sourceServerName(keyRange)), sourceSchema));
      if (stack.options().replica()) {
        shard.put(
            "replica",
            endpoint(stack.mysql(stack.options().replicaServerName(keyRange)), sourceSchema));
      }
      shards.put(keyRange, shard);
    }
    return shards;
  }

  private Map<String, Object> targetKeyspace() {
    Map<String, Object> shards = new LinkedHashMap<>();
    for (String keyRange : stack.options().targetShards()) {
      Map<String, Object> shard = new LinkedHashMap<>();
      shard.put("primary", endpoint(stack.target(keyRange), targetSchema));
      if (targetReplicas.containsKey(keyRange)) {
        shard.put("replica", endpoint(stack.mysql(targetReplicas.get(keyRange)), sourceSchema));
      }
      shards.put(keyRange, shard);
    }
    Map<String, Object> vindexes = new LinkedHashMap<>();
    for (String table : tables) {
      Map<String, Object> vindex = new LinkedHashMap<>();
      vindex.put("column", "customer_id");
      vindex.put("type", "sha256");
      vindexes.put(table, vindex);
    }
    Map<String, Object> keyspace = new LinkedHashMap<>();
    keyspace.put("shards", shards);
    keyspace.put("vindexes", vindexes);
    return keyspace;
  }

  private Map<String, Object> endpoint(MysqlServer server, String schema) {
    NetworkLink link = throughLinks ? stack.link(server.name()) : null;
    Map<String, Object> endpoint = new LinkedHashMap<>();
    endpoint.put("host", link == null ? server.host() : link.host());
    int port = link == null ? server.port() : link.port();
    endpoint.put("port", ports.getOrDefault(server.name(), port));
    endpoint.put("user", server.user());
    endpoint.put("password", passwords.getOrDefault(server.name(), server.password()));
    endpoint.put("schema", schema);
    endpoint.put("properties", DRIVER_PROPERTIES);
    return endpoint;
  }
}
