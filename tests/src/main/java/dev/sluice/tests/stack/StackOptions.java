package dev.sluice.tests.stack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a stack consists of; immutable.
 *
 * @param name the stack's name, also its directory below {@code .sluice}
 * @param home the directory that holds {@code .sluice}
 * @param sourceShards key ranges of the source keyspace, {@code -} alone when it is not sharded
 * @param replica whether each source shard gets a replica
 * @param targetShards key ranges of the target keyspace
 * @param extraServers names of further primaries that belong to no keyspace, with an empty schema
 *     named as the source's
 * @param sourceSchema schema of the source keyspace
 * @param targetSchema schema of the target keyspace
 * @param firstPort the first of consecutive ports to use, or 0 for free ones
 * @param links whether a network link is put in front of Kafka and each MySQL server
 * @param keepData whether servers are stopped in order and their data is kept on close
 * @param mysqlFlags extra {@code mysqld} options by server name; {@code *} for all of them
 * @param kafkaProperties broker settings that replace the stack's own
 */
public record StackOptions(
    String name,
    Path home,
    List<String> sourceShards,
    boolean replica,
    List<String> targetShards,
    List<String> extraServers,
    String sourceSchema,
    String targetSchema,
    int firstPort,
    boolean links,
    boolean keepData,
    Map<String, List<String>> mysqlFlags,
    Map<String, String> kafkaProperties) {

  public StackOptions {
    sourceShards = List.copyOf(sourceShards);
    targetShards = List.copyOf(targetShards);
    extraServers = List.copyOf(extraServers);
    mysqlFlags = Collections.unmodifiableMap(new LinkedHashMap<>(mysqlFlags));
    kafkaProperties = Collections.unmodifiableMap(new LinkedHashMap<>(kafkaProperties));
    if (sourceShards.isEmpty()) {
      throw new IllegalArgumentException("a stack has at least one source shard");
    }
    if (!name.matches("[A-Za-z0-9_-]{1,40}")) {
      throw new IllegalArgumentException(
          "a stack's name has 1 to 40 letters, digits, _ or -: " + name);
    }
  }

  /**
   * One source without a replica, two target shards, free ports, no links: to be changed in the
   * builder.
   */
  public static Builder named(String name) {
    return new Builder(name);
  }

  /** {@code source} for an unsharded source keyspace, {@code source/-80} for a shard. */
  public String sourceServerName(String keyRange) {
    return sourceShards.size() == 1 ? "source" : "source/" + keyRange;
  }

  /** The name of a source shard's replica. */
  public String replicaServerName(String keyRange) {
    return sourceServerName(keyRange) + "/replica";
  }

  public String targetServerName(String keyRange) {
    return "target/" + keyRange;
  }

  /** Where the stack keeps its data and logs. */
  public Path directory() {
    return home.resolve(".sluice").resolve(name);
  }

  /** The extra options of one server, those for all servers first. */
  public List<String> flagsOf(String serverName) {
    List<String> flags = new ArrayList<>(mysqlFlags.getOrDefault("*", List.of()));
    flags.addAll(mysqlFlags.getOrDefault(serverName, List.of()));
    return flags;
  }

  /** Collects what differs from the plain stack; not thread-safe. */
  public static final class Builder {
    private final String name;
    private Path home = ProjectHome.find();
    private List<String> sourceShards = List.of("-");
    private boolean replica;
    private List<String> targetShards = List.of("-80", "80-");
    private List<String> extraServers = List.of();
    private String sourceSchema = "commerce";
    private String targetSchema = "customer";
    private int firstPort;
    private boolean links;
    private boolean keepData;
    private final Map<String, List<String>> mysqlFlags = new LinkedHashMap<>();
    private final Map<String, String> kafkaProperties = new LinkedHashMap<>();

    private Builder(String name) {
      this.name = name;
    }

    public Builder home(Path directory) {
      this.home = directory;
      return this;
    }

    public Builder sourceShards(String... keyRanges) {
      this.sourceShards = List.of(keyRanges);
      return this;
    }

    public Builder targetShards(String... keyRanges) {
      this.targetShards = List.of(keyRanges);
      return this;
    }

    public Builder extraServers(String... names) {
      this.extraServers = List.of(names);
      return this;
    }

    public Builder schemas(String source, String target) {
      this.sourceSchema = source;
      this.targetSchema = target;
      return this;
    }

    public Builder replica(boolean wanted) {
      this.replica = wanted;
      return this;
    }

    public Builder firstPort(int port) {
      this.firstPort = port;
      return this;
    }

    public Builder links(boolean wanted) {
      this.links = wanted;
      return this;
    }

    public Builder keepData(boolean wanted) {
      this.keepData = wanted;
      return this;
    }

    /**
     * Adds {@code mysqld} options for one server, or for all of them with {@code *}; the last of
     * equal ones holds.
     */
    public Builder mysqlFlags(String serverName, String... flags) {
      mysqlFlags.computeIfAbsent(serverName, unused -> new ArrayList<>()).addAll(List.of(flags));
      return this;
    }

    public Builder kafkaProperty(String key, String value) {
      kafkaProperties.put(key, value);
      return this;
    }

    public StackOptions build() {
      return new StackOptions(
          name,
          home,
          sourceShards,
          replica,
          targetShards,
          extraServers,
          sourceSchema,
          targetSchema,
          firstPort,
          links,
          keepData,
          mysqlFlags,
          kafkaProperties);
    }
  }
}
