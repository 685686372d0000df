package dev.sluice.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Endpoint;
import dev.sluice.schemas.keyspace.Shard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerConfigReaderTest {

  private static final String LEAST =
      """
      kafka: { bootstrap.servers: "127.0.0.1:19092" }
      registry: { url: "http://127.0.0.1:18081" }
      keyspaces:
        commerce:
          shards:
            "-": { primary: { host: db, user: sluice, password: secret, schema: commerce } }
      """;

  @Test
  void whatIsLeftOutTakesItsDefault() {
    ServerConfig config = ServerConfigReader.read(LEAST, Map.of());

    assertThat(config.http().host()).isEqualTo("127.0.0.1");
    assertThat(config.http().port()).isEqualTo(15_400);
    assertThat(config.http().tokens()).isEmpty();
    assertThat(config.sidecar()).isEqualTo("_sluice");
    assertThat(config.topics().replicationFactor()).isEmpty();
    assertThat(config.kafka().recordMaxBytes()).isEqualTo(32 << 20);
    assertThat(config.keyspaces().get("commerce").shard("-").primary().port()).isEqualTo(3306);
  }

  @Test
  void everyKeyIsMapped() {
    ServerConfig config =
        ServerConfigReader.read(
            """
            kafka: { bootstrap.servers: "k:1", properties: { security.protocol: SASL_SSL, sasl.jaas.config: "x ${env:P} y" } }
            registry: { url: "http://r", properties: { basic.auth.user.info: "u:p" } }
            http: { listen: "0.0.0.0:80", advertised: "me:80", tokens: [{ name: ci, token: "${env:P}", role: operator }] }
            sidecar: side
            topics: { replication.factor: 3, min.insync.replicas: 2, record.max-bytes: 1MiB }
            keyspaces:
              customer:
                shards:
                  "80-": { primary: { host: b, port: 2, user: u, password: "${env:P}", schema: s, properties: { sslMode: REQUIRED } } }
                  "-80": { primary: { host: a, port: 1, user: u, password: p, schema: s }, replica: { host: r, user: u, password: p, schema: s } }
                vindexes: { customer: { column: id, type: sha256 } }
            """,
            Map.of("P", "p$1"));

    assertThat(config.kafka().properties()).containsEntry("sasl.jaas.config", "x p$1 y");
    assertThat(config.http().advertised()).isEqualTo("me:80");
    assertThat(config.http().loopback()).isFalse();
    assertThat(config.http().tokens().get(0).token()).isEqualTo("p$1");
    assertThat(config.http().tokens().toString()).doesNotContain("p$1");
    assertThat(config.topics().replicationFactor()).hasValue((short) 3);
    assertThat(config.topics().minInsyncReplicas()).hasValue(2);
    assertThat(config.kafka().recordMaxBytes()).isEqualTo(1 << 20);
    assertThat(config.keyspaces().get("customer").shards())
        .extracting(Shard::name)
        .containsExactly("-80", "80-");
    assertThat(config.keyspaces().get("customer").shard("-80").replica()).isPresent();
    Endpoint primary = config.keyspaces().get("customer").shard("80-").primary();
    assertThat(primary.password().get()).isEqualTo("p$1");
    assertThat(primary.properties()).containsEntry("sslMode", "REQUIRED");
  }

  @Test
  void oneErrorNamesEveryOffender() {
    assertThatThrownBy(
            () ->
                ServerConfigReader.read(
                    """
                    kafka: { bootstrap: "k:1" }
                    registry: {}
                    http: { listen: "nowhere", tokens: [{ name: a, token: b, role: king }] }
                    topics: { record.max-bytes: lots, replication.factor: many }
                    colour: red
                    keyspaces:
                      commerce:
                        shards:
                          "-80": { primary: { host: h, port: 99999, user: u, password: "${env:MISSING}", schema: s } }
                      other:
                        shards: { "-80": { primary: { host: h, user: u, schema: s } } }
                      twice:
                        shards:
                          "-80": { primary: { host: h, user: u, schema: s } }
                          "80-": { primary: { host: H, port: 3306, user: u, schema: s } }
                    """,
                    Map.of()))
        .isInstanceOf(SluiceException.class)
        .hasMessageContainingAll(
            "kafka.bootstrap.servers: is missing",
            "kafka.bootstrap: unknown key",
            "registry.url: is missing",
            "http.listen:",
            "http.tokens[0].role:",
            "topics.record.max-bytes:",
            "topics.replication.factor:",
            "colour: unknown key",
            "keyspaces.commerce.shards.-80.primary.port:",
            "keyspaces.commerce.shards.-80.primary.password: environment variable MISSING is not set",
            "keyspaces.other.shards:",
            "keyspaces.twice.shards.80-.primary.schema: is the schema of shard -80 too");
  }

  @Test
  void aSecretInAFileIsReadAtEachUse(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("password"), "one\n");
    Supplier<String> secret = new Secrets(Map.of()).supplier("${file:" + file + "}");
    assertThat(secret.get()).isEqualTo("one");

    Files.writeString(file, "two\n");
    assertThat(secret.get()).isEqualTo("two");
  }

  /** While it is exchanged it may be away for a moment: that must not end a unit for good. */
  @Test
  void aSecretThatIsAwayIsTriedAgain(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("password");
    Supplier<String> secret = new Secrets(Map.of()).supplier("${file:" + file + "}");
    assertThatThrownBy(secret::get)
        .isInstanceOfSatisfying(
            SluiceException.class,
            e -> {
              assertThat(e.retryable()).isTrue();
              assertThat(e.getMessage()).contains(file.toString());
            });

    Files.writeString(file, "back\n");
    assertThat(secret.get()).isEqualTo("back");
  }

  @Test
  void secretsAreNotPrinted() {
    assertThat(ServerConfigReader.read(LEAST, Map.of()).toString()).doesNotContain("secret");
  }
}
