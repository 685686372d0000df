package dev.sluice.server.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.schemas.config.ConfigProblems;
import dev.sluice.schemas.config.Durations;
import dev.sluice.schemas.config.Sizes;
import dev.sluice.schemas.config.TreeReader;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.kafka.TopicSettings;
import dev.sluice.schemas.keyspace.Keyspace;
import dev.sluice.schemas.registry.RegistrySettings;
import dev.sluice.server.config.HttpSettings.Access;
import dev.sluice.server.config.HttpSettings.Token;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads sluice.yaml; one error names everything that is wrong with it. */
public final class ServerConfigReader {

  /** Where the server listens by default. */
  public static final String DEFAULT_LISTEN = "127.0.0.1:15400";

  private static final ObjectMapper YAML =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final String BROKER_DEFAULT = "broker-default";
  private static final long LEAST_RECORD_BYTES = 64 << 10;
  private static final long MOST_RECORD_BYTES = 1 << 30;
  private static final long MOST_KEEP_DAYS = 30;

  private final Secrets secrets;
  private final ConfigProblems problems = new ConfigProblems();

  private ServerConfigReader(Secrets secrets) {
    this.secrets = secrets;
  }

  /**
   * Reads the text of a sluice.yaml.
   *
   * @param environment where {@code ${env:NAME}} looks
   * @throws SluiceException INVALID_CONFIGURATION naming every offender by its path
   */
  public static ServerConfig read(String yaml, Map<String, String> environment) {
    JsonNode tree;
    try {
      tree = YAML.readTree(yaml);
    } catch (JsonProcessingException e) {
      throw new SluiceException(
          ErrorCode.INVALID_CONFIGURATION,
          "sluice.yaml is not YAML: " + e.getMessage(),
          "correct the text at that place",
          e);
    }
    return new ServerConfigReader(new Secrets(environment)).read(tree);
  }

  private ServerConfig read(JsonNode tree) {
    TreeReader root = TreeReader.of(tree, problems);
    TreeReader topics = root.child("topics");
    KafkaSettings kafka = kafka(root.child("kafka"), recordMaxBytes(topics));
    TopicSettings topicSettings = topics(topics);
    RegistrySettings registry = registry(root.child("registry"));
    HttpSettings http = http(root.child("http"));
    String sidecar = root.text("sidecar", "_sluice");
    if (sidecar.isBlank() || sidecar.length() > 64) {
      root.reject("sidecar", "a schema name has 1 to 64 characters");
    }
    Map<String, Keyspace> keyspaces = new LinkedHashMap<>();
    KeyspaceReader reader = new KeyspaceReader(secrets, problems);
    root.children("keyspaces")
        .forEach(
            (name, keyspace) -> reader.read(name, keyspace).ifPresent(k -> keyspaces.put(name, k)));
    if (!root.has("keyspaces")) {
      root.reject("keyspaces", "is missing");
    }
    root.rejectUnknown();
    problems.throwIfAny("sluice.yaml");
    return new ServerConfig(kafka, registry, http, sidecar, topicSettings, keyspaces);
  }

  private KafkaSettings kafka(TreeReader kafka, int recordMaxBytes) {
    String servers = kafka.text("bootstrap.servers");
    Map<String, String> properties = resolved(kafka, kafka.properties("properties"));
    kafka.rejectUnknown();
    return new KafkaSettings(servers, properties, recordMaxBytes);
  }

  private RegistrySettings registry(TreeReader registry) {
    String url = registry.text("url");
    Map<String, String> properties = resolved(registry, registry.properties("properties"));
    registry.rejectUnknown();
    return new RegistrySettings(url, properties);
  }

  private Map<String, String> resolved(TreeReader reader, Map<String, String> properties) {
    Map<String, String> resolved = new LinkedHashMap<>();
    properties.forEach((key, text) -> resolved.put(key, secret(reader, "properties." + key, text)));
    return resolved;
  }

  private String secret(TreeReader reader, String key, String text) {
    try {
      return secrets.resolve(text);
    } catch (IllegalArgumentException e) {
      reader.reject(key, e.getMessage());
      return "";
    }
  }

  private int recordMaxBytes(TreeReader topics) {
    String text = topics.text("record.max-bytes", "32MiB");
    try {
      long bytes = Sizes.parse(text);
      if (bytes >= LEAST_RECORD_BYTES && bytes <= MOST_RECORD_BYTES) {
        return (int) bytes;
      }
      topics.reject("record.max-bytes", text + " is not between 64KiB and 1GiB");
    } catch (IllegalArgumentException e) {
      topics.reject("record.max-bytes", e.getMessage());
    }
    return KafkaSettings.DEFAULT_RECORD_MAX_BYTES;
  }

  private static TopicSettings topics(TreeReader topics) {
    Optional<Integer> factor = brokerDefault(topics, "replication.factor");
    Optional<Integer> insync = brokerDefault(topics, "min.insync.replicas");
    Duration keep = keepApplied(topics);
    topics.rejectUnknown();
    return new TopicSettings(factor.map(Integer::shortValue), insync, keep);
  }

  private static Duration keepApplied(TreeReader topics) {
    String text = topics.text("keep-applied", "30s");
    try {
      Duration keep = Durations.parse(text);
      if (keep.toMillis() >= 1_000 && keep.toDays() <= MOST_KEEP_DAYS) {
        return keep;
      }
      topics.reject("keep-applied", text + " is not between 1s and 30d");
    } catch (IllegalArgumentException e) {
      topics.reject("keep-applied", e.getMessage());
    }
    return TopicSettings.DEFAULT_KEEP_APPLIED;
  }

  private static Optional<Integer> brokerDefault(TreeReader topics, String key) {
    if (topics.text(key, BROKER_DEFAULT).equals(BROKER_DEFAULT)) {
      return Optional.empty();
    }
    return Optional.of(topics.integer(key, 1, 1, 100));
  }

  private HttpSettings http(TreeReader http) {
    String listen = http.text("listen", DEFAULT_LISTEN);
    String advertised = http.text("advertised", null);
    List<Token> tokens = new ArrayList<>();
    for (TreeReader token : http.items("tokens")) {
      String name = token.text("name");
      String secret = secret(token, "token", token.text("token"));
      access(token).ifPresent(access -> tokens.add(new Token(name, secret, access)));
      token.rejectUnknown();
    }
    http.rejectUnknown();
    HttpSettings settings = new HttpSettings("127.0.0.1", 15_400, advertised, tokens);
    try {
      return settings.listening(listen);
    } catch (IllegalArgumentException e) {
      http.reject("listen", e.getMessage());
      return settings;
    }
  }

  private static Optional<Access> access(TreeReader token) {
    String role = token.text("role");
    switch (role) {
      case "viewer":
        return Optional.of(Access.VIEWER);
      case "operator":
        return Optional.of(Access.OPERATOR);
      default:
        if (!role.isEmpty()) {
          token.reject("role", "\"" + role + "\" is neither viewer nor operator");
        }
        return Optional.empty();
    }
  }
}
