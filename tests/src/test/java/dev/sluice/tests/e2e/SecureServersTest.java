package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.schemas.workflow.SluiceJson;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.NetworkLink;
import dev.sluice.tests.stack.ServerConfig;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackOptions;
import dev.sluice.tests.stack.Stacks;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A move over a broker that takes only SASL_SSL, between servers that take only TLS, by tokens; and
 * none of the secrets is found where anybody else could read it.
 */
@Tag("soak")
class SecureServersTest {

  private static final String KAFKA_SECRET = "kafka-secret-7f3a";
  private static final String STORE_SECRET = "store-secret-91bc";
  private static final String OPERATOR = "operator-token-55d0";
  private static final String VIEWER = "viewer-token-0e4e";

  private final HttpClient http = HttpClient.newHttpClient();
  private int port;

  @Test
  @Timeout(value = 8, unit = TimeUnit.MINUTES)
  void aMoveOverTlsAndSaslKeepsItsSecrets(@TempDir Path directory) throws Exception {
    Path brokerStore = directory.resolve("broker.p12");
    Path kafkaTrust = directory.resolve("kafka-trust.p12");
    certificate(brokerStore, directory.resolve("broker.pem"), kafkaTrust);
    try (Stack stack = Stacks.start(options(brokerStore))) {
      stack
          .source()
          .execute(
              "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))",
              "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')");
      for (MysqlServer server : stack.mysql()) {
        server.execute("SET GLOBAL require_secure_transport = ON");
        plainConnectionsAreRefused(server);
      }
      Map<String, Path> mysqlTrust = mysqlTrust(stack, directory);
      try (Processes processes =
          new Processes(directory, p -> yaml(stack, p, kafkaTrust, mysqlTrust), 384)) {
        SluiceProcess server = processes.start("controller,capture,apply");
        port = server.settings().port();
        server.awaitUp();
        move();
        try (Connection application = admin(stack.source());
            Statement statement = application.createStatement()) {
          statement.execute("INSERT INTO t VALUES (4, 'd'), (5, 'e')");
          statement.execute("DELETE FROM t WHERE id = 1");
        }
        awaitRows(stack);
        everySessionIsEncrypted(stack);
        nobodyFindsASecret(stack, server, kafkaTrust);
      }
    }
  }

  private static StackOptions options(Path brokerStore) {
    String prefix = "listener.name.link.";
    return StackOptions.named("secure-" + ProcessHandle.current().pid())
        .links(true)
        .kafkaProperty(
            "listener.security.protocol.map",
            "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,LINK:SASL_SSL")
        .kafkaProperty(prefix + "sasl.enabled.mechanisms", "PLAIN")
        .kafkaProperty(
            prefix + "plain.sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required user_mover=\""
                + KAFKA_SECRET
                + "\";")
        .kafkaProperty(prefix + "ssl.keystore.location", brokerStore.toString())
        .kafkaProperty(prefix + "ssl.keystore.type", "PKCS12")
        .kafkaProperty(prefix + "ssl.keystore.password", STORE_SECRET)
        .kafkaProperty(prefix + "ssl.key.password", STORE_SECRET)
        .build();
  }

  private static void certificate(Path store, Path certificate, Path trust) throws Exception {
    keytool(
        "-genkeypair",
        "-alias",
        "broker",
        "-keyalg",
        "EC",
        "-dname",
        "CN=127.0.0.1",
        "-ext",
        "san=ip:127.0.0.1",
        "-validity",
        "2",
        "-storetype",
        "PKCS12",
        "-keystore",
        store.toString(),
        "-storepass",
        STORE_SECRET);
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "broker",
        "-file",
        certificate.toString(),
        "-keystore",
        store.toString(),
        "-storepass",
        STORE_SECRET);
    trust(certificate, trust);
  }

  private static void trust(Path certificate, Path trust) throws Exception {
    keytool(
        "-importcert",
        "-noprompt",
        "-alias",
        "ca",
        "-file",
        certificate.toString(),
        "-storetype",
        "PKCS12",
        "-keystore",
        trust.toString(),
        "-storepass",
        STORE_SECRET);
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  /** Each server has made a certificate authority of its own at its start. */
  private static Map<String, Path> mysqlTrust(Stack stack, Path directory) throws Exception {
    Map<String, Path> trust = new HashMap<>();
    for (MysqlServer server : stack.mysql()) {
      Path authority = Path.of(text(server, "SELECT @@datadir"), "ca.pem");
      Path store = directory.resolve(server.port() + ".p12");
      trust(authority, store);
      trust.put(Integer.toString(stack.link(server.name()).port()), store);
    }
    return trust;
  }

  private static void plainConnectionsAreRefused(MysqlServer server) {
    assertThat(server.jdbcUrl()).contains("sslMode=DISABLED");
    assertThatThrownBy(() -> server.connect().close()).isInstanceOf(SQLException.class);
  }

  /** The administrator's connection, encrypted. */
  private static Connection admin(MysqlServer server) throws SQLException {
    String url = server.jdbcUrl().replace("sslMode=DISABLED", "sslMode=REQUIRED");
    return DriverManager.getConnection(url, server.adminUser(), server.adminPassword());
  }

  private String yaml(Stack stack, int httpPort, Path kafkaTrust, Map<String, Path> mysqlTrust) {
    YAMLMapper mapper = new YAMLMapper();
    try {
      ObjectNode root =
          (ObjectNode)
              mapper.readTree(
                  ServerConfig.of(stack)
                      .withShardedTables("t")
                      .withLinks()
                      .withHttpListen("127.0.0.1:" + httpPort)
                      .yaml());
      kafkaClient(kafkaTrust)
          .forEach(((ObjectNode) root.get("kafka")).putObject("properties")::put);
      ((ObjectNode) root.get("http"))
          .set(
              "tokens",
              mapper.readTree(
                  "[{name: ops, token: "
                      + OPERATOR
                      + ", role: operator}, {name: eye, token: "
                      + VIEWER
                      + ", role: viewer}]"));
      for (JsonNode vindex : root.at("/keyspaces/customer/vindexes")) {
        ((ObjectNode) vindex).put("column", "id");
      }
      for (JsonNode endpoint : root.get("keyspaces").findValues("primary")) {
        ObjectNode properties = ((ObjectNode) endpoint).putObject("properties");
        properties.put("sslMode", "VERIFY_CA");
        Path store = mysqlTrust.get(endpoint.get("port").asText());
        properties.put("trustCertificateKeyStoreUrl", store.toUri().toString());
        properties.put("trustCertificateKeyStoreType", "PKCS12");
        properties.put("trustCertificateKeyStorePassword", STORE_SECRET);
      }
      return mapper.writeValueAsString(root);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<String, String> kafkaClient(Path trust) {
    return Map.of(
        "security.protocol",
        "SASL_SSL",
        "sasl.mechanism",
        "PLAIN",
        "sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"mover\""
            + " password=\""
            + KAFKA_SECRET
            + "\";",
        "ssl.truststore.location",
        trust.toString(),
        "ssl.truststore.type",
        "PKCS12",
        "ssl.truststore.password",
        STORE_SECRET);
  }

  private HttpResponse<String> call(String method, String path, String token, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(60))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private void move() throws Exception {
    String spec =
        "{\"name\": \"secured\", \"source\": \"commerce\", \"target\": \"customer\", \"tables\":"
            + " [\"t\"]}";
    assertThat(call("POST", "/v1/workflows", null, spec).statusCode()).isEqualTo(401);
    assertThat(call("POST", "/v1/workflows", OPERATOR + "x", spec).statusCode()).isEqualTo(401);
    assertThat(call("POST", "/v1/workflows", VIEWER, spec).statusCode()).isEqualTo(403);
    HttpResponse<String> created = call("POST", "/v1/workflows", OPERATOR, spec);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> status().path("state").asText().equals("running"));
  }

  private JsonNode status() throws Exception {
    return SluiceJson.mapper()
        .readTree(call("GET", "/v1/workflows/secured/status", VIEWER, "").body());
  }

  private static void awaitRows(Stack stack) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () -> {
              List<String> there = new ArrayList<>();
              for (String shard : stack.options().targetShards()) {
                String ids =
                    text(stack.target(shard), "SELECT GROUP_CONCAT(id, v ORDER BY id) FROM t");
                there.addAll(ids == null ? List.of() : List.of(ids.split(",")));
              }
              assertThat(there).containsExactlyInAnyOrder("2b", "3c", "4d", "5e");
            });
  }

  /** The stream of the binary log, too. */
  private static void everySessionIsEncrypted(Stack stack) throws SQLException {
    for (MysqlServer server : stack.mysql()) {
      String sessions =
          "FROM performance_schema.threads t JOIN performance_schema.status_by_thread s ON"
              + " s.THREAD_ID = t.THREAD_ID AND s.VARIABLE_NAME = 'Ssl_cipher' WHERE"
              + " t.PROCESSLIST_USER = '"
              + server.user()
              + "'";
      assertThat(text(server, "SELECT COUNT(*) " + sessions)).isNotEqualTo("0");
      assertThat(text(server, "SELECT COUNT(*) " + sessions + " AND s.VARIABLE_VALUE = ''"))
          .isEqualTo("0");
    }
    assertThat(
            text(
                stack.source(),
                "SELECT COUNT(*) FROM performance_schema.threads WHERE PROCESSLIST_COMMAND LIKE"
                    + " 'Binlog Dump%'"))
        .isNotEqualTo("0");
  }

  private static String text(MysqlServer server, String sql) throws SQLException {
    try (Connection connection = admin(server);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? result.getString(1) : null;
    }
  }

  private void nobodyFindsASecret(Stack stack, SluiceProcess server, Path trust) throws Exception {
    List<String> secrets = new ArrayList<>(List.of(KAFKA_SECRET, STORE_SECRET, OPERATOR, VIEWER));
    stack.mysql().forEach(mysql -> secrets.add(mysql.password()));
    Map<String, String> places = new HashMap<>();
    places.put("the log", Files.readString(server.logFile()));
    for (String path :
        List.of(
            "/v1/workflows?all=true",
            "/v1/workflows/secured",
            "/v1/workflows/secured/status",
            "/v1/keyspaces",
            "/v1/routing-rules",
            "/health/ready",
            "/metrics",
            "/openapi.yaml",
            "/")) {
      places.put(path, call("GET", path, VIEWER, "").body());
    }
    places.put("a wrong call", call("POST", "/v1/preflight", VIEWER, "{\"name\": 1}").body());
    int records = topics(stack, trust, places);
    assertThat(records).as("records read").isGreaterThan(20);
    places.forEach(
        (place, text) -> {
          for (String secret : secrets) {
            assertThat(text.contains(secret)).as("a secret in " + place).isFalse();
          }
        });
  }

  private static int topics(Stack stack, Path trust, Map<String, String> places) {
    NetworkLink link = stack.link(stack.kafka().name());
    Map<String, Object> config = new HashMap<>(kafkaClient(trust));
    config.put("bootstrap.servers", link.host() + ":" + link.port());
    config.put("auto.offset.reset", "earliest");
    int records = 0;
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> all = new ArrayList<>();
      consumer
          .listTopics()
          .forEach(
              (topic, partitions) ->
                  partitions.forEach(p -> all.add(new TopicPartition(topic, p.partition()))));
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (System.nanoTime() < giveUp
          && ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          records++;
          places.merge("topic " + record.topic(), readable(record), String::concat);
        }
      }
    }
    return records;
  }

  private static String readable(ConsumerRecord<byte[], byte[]> record) {
    String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.ISO_8859_1);
    String value =
        record.value() == null ? "" : new String(record.value(), StandardCharsets.ISO_8859_1);
    return key + "\n" + value + "\n";
  }
}
