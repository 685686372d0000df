package dev.sluice.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.mysql.preflight.RequiredGrants;
import dev.sluice.mysql.preflight.Side;
import dev.sluice.mysql.schema.ServerVersion;
import dev.sluice.mysql.sidecar.Sidecar;
import dev.sluice.server.config.ServerConfig;
import dev.sluice.server.config.ServerConfigReader;
import dev.sluice.tests.stack.ProjectHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What docker-compose.yml promises, without an engine. */
class ComposeTest {

  private final Path home = ProjectHome.find();

  private JsonNode services() throws IOException {
    return new YAMLMapper()
        .readTree(Files.readString(home.resolve("docker-compose.yml")))
        .path("services");
  }

  @Test
  void everyServiceIsHealthCheckedVersionedAndOnLoopback() throws IOException {
    JsonNode mysql =
        new YAMLMapper()
            .readTree(Files.readString(home.resolve("docker-compose.yml")))
            .path("x-mysql");
    services()
        .fields()
        .forEachRemaining(
            service -> {
              // the reader does not merge keys: what is shared stands in x-mysql
              JsonNode own = service.getValue();
              JsonNode shared = own.has("image") ? own : mysql;
              assertThat(shared.path("image").asText())
                  .as(service.getKey())
                  .matches("\\S+:\\d\\S*");
              assertThat(shared.path("healthcheck").path("test")).isNotEmpty();
              assertThat(own.path("ports"))
                  .allSatisfy(port -> assertThat(port.asText()).startsWith("127.0.0.1:"));
            });
  }

  @Test
  void theServersConfigurationIsTaken() throws IOException {
    String yaml = Files.readString(home.resolve("docker/sluice.yaml"));
    ServerConfig config =
        ServerConfigReader.read(yaml, Map.of("SLUICE_TOKEN", "t", "SLUICE_MYSQL_PASSWORD", "p"));
    JsonNode services = services();
    config
        .keyspaces()
        .values()
        .forEach(
            keyspace ->
                keyspace
                    .shards()
                    .forEach(
                        shard -> {
                          JsonNode server = services.path(shard.primary().host());
                          assertThat(server.path("environment").path("MYSQL_DATABASE").asText())
                              .isEqualTo(shard.primary().schema());
                        }));
    assertThat(config.http().tokens()).hasSize(1);
  }

  /** The modules' own choices side by side were two versions of Jetty: 500 for each request. */
  @Test
  void theImageHoldsTheLibrariesOfTheServerModuleOnly() throws IOException {
    assertThat(Files.readString(home.resolve("Dockerfile")))
        .contains("mv server/target/dependency /opt/sluice/lib")
        .doesNotContain("-DoutputDirectory");
  }

  @Test
  void theAccountHasThePrivilegesThatPreflightAsksFor() throws IOException {
    List<String> statements =
        RequiredGrants.statements(
            Side.SOURCE,
            ServerVersion.parse("9.7.0"),
            "'sluice'@'%'",
            "$MYSQL-DATABASE",
            Sidecar.DEFAULT_SCHEMA,
            false);
    String script = Files.readString(home.resolve("docker/mysql-account.sh"));
    // as the shell reads it
    String sql = script.replace("\\\\", "\\").replace("\\`", "`");
    assertThat(sql)
        .contains(
            String.join(";\n", statements).replace("$MYSQL-DATABASE", "$MYSQL_DATABASE") + ";\n");
  }
}
