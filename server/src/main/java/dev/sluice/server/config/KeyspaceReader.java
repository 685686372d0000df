package dev.sluice.server.config;

import dev.sluice.schemas.config.ConfigProblems;
import dev.sluice.schemas.config.TreeReader;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.keyspace.KeyRange;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.keyspace.Shard;
import dev.sluice.schemas.vindex.VindexSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads one keyspace of sluice.yaml. */
final class KeyspaceReader {

  private static final int MYSQL_PORT = 3306;

  private final Secrets secrets;
  private final ConfigProblems problems;

  KeyspaceReader(Secrets secrets, ConfigProblems problems) {
    this.secrets = secrets;
    this.problems = problems;
  }

  /** The keyspace; empty, with problems noted, when it is of no use. */
  Optional<Keyspace> read(String name, TreeReader reader) {
    int before = problems.all().size();
    if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
      reader.reject("(name)", "a keyspace's name has 1 to 64 letters, digits, _ and -");
    }
    List<Shard> shards = new ArrayList<>();
    reader
        .children("shards")
        .forEach((range, shard) -> shard(range, shard, reader).ifPresent(shards::add));
    rejectSharedSchemas(shards, reader);
    Map<String, VindexSpec> vindexes = vindexes(reader);
    reader.rejectUnknown();
    if (problems.all().size() > before) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Keyspace(name, shards, vindexes));
    } catch (IllegalArgumentException e) {
      reader.reject("shards", e.getMessage());
      return Optional.empty();
    }
  }

  /** Two shards in one schema would each be told that the other's rows are its own. */
  private static void rejectSharedSchemas(List<Shard> shards, TreeReader keyspace) {
    Map<String, String> shardByPlace = new HashMap<>();
    for (Shard shard : shards) {
      Endpoint primary = shard.primary();
      String place =
          primary.host().toLowerCase(Locale.ROOT) + ":" + primary.port() + "/" + primary.schema();
      String other = shardByPlace.put(place, shard.name());
      if (other != null) {
        keyspace.reject(
            "shards." + shard.name() + ".primary.schema",
            "is the schema of shard " + other + " too (" + place + "); give each its own");
      }
    }
  }

  private Optional<Shard> shard(String range, TreeReader shard, TreeReader keyspace) {
    Optional<Endpoint> primary = endpoint(shard, "primary");
    Optional<Endpoint> replica =
        shard.has("replica") ? endpoint(shard, "replica") : Optional.empty();
    Optional<Endpoint> rdonly = shard.has("rdonly") ? endpoint(shard, "rdonly") : Optional.empty();
    if (!shard.has("primary")) {
      shard.reject("primary", "is missing");
    }
    shard.rejectUnknown();
    try {
      KeyRange keyRange = KeyRange.parse(range);
      return primary.map(p -> new Shard(keyRange, p, replica, rdonly));
    } catch (IllegalArgumentException e) {
      keyspace.reject("shards." + range, e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<Endpoint> endpoint(TreeReader shard, String which) {
    if (!shard.has(which)) {
      return Optional.empty();
    }
    TreeReader reader = shard.child(which);
    String host = reader.text("host");
    int port = reader.integer("port", MYSQL_PORT, 1, 65_535);
    String user = reader.text("user");
    String password = reader.text("password", "");
    String schema = reader.text("schema");
    Map<String, String> properties = reader.properties("properties");
    reader.rejectUnknown();
    check(reader, "password", password);
    properties.forEach((key, value) -> check(reader, "properties." + key, value));
    return Optional.of(
        new Endpoint(
            host, port, user, secrets.supplier(password), schema, () -> resolved(properties)));
  }

  private void check(TreeReader reader, String key, String text) {
    try {
      secrets.resolve(text);
    } catch (IllegalArgumentException e) {
      reader.reject(key, e.getMessage());
    }
  }

  /** Anew at each call. */
  private Map<String, String> resolved(Map<String, String> texts) {
    Map<String, String> values = new LinkedHashMap<>();
    texts.forEach((key, text) -> values.put(key, secrets.resolveAtWork(text)));
    return values;
  }

  private static Map<String, VindexSpec> vindexes(TreeReader keyspace) {
    Map<String, VindexSpec> vindexes = new LinkedHashMap<>();
    keyspace
        .children("vindexes")
        .forEach(
            (table, vindex) -> {
              String column = vindex.text("column");
              String type = vindex.text("type");
              vindex.rejectUnknown();
              try {
                vindexes.put(table, new VindexSpec(column, type));
              } catch (IllegalArgumentException e) {
                vindex.reject("type", e.getMessage());
              }
            });
    return vindexes;
  }
}
