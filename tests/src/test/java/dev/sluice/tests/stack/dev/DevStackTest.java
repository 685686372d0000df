package dev.sluice.tests.stack.dev;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Tag("stack")
class DevStackTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path home;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void useOwnDirectory() {
    System.setProperty("sluice.home", home.toString());
  }

  @AfterEach
  void stop() {
    run("down");
    System.clearProperty("sluice.home");
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return new CommandLine(new DevVerb().command())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private List<Long> serverIds() throws IOException {
    try (Stream<Path> files = Files.list(home.resolve(".sluice/dev/data"))) {
      List<Path> pidFiles = files.filter(file -> file.toString().endsWith(".pid")).toList();
      return pidFiles.stream().map(DevStackTest::readId).toList();
    }
  }

  private static long readId(Path file) {
    try {
      return Long.parseLong(Files.readString(file).trim());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isThere(long id) {
    return ProcessHandle.of(id).map(ProcessHandle::isAlive).orElse(false);
  }

  @Test
  void upStatusAndDown() throws Exception {
    assertThat(run("status")).as("nothing runs yet").isEqualTo(4);
    assertThat(err.toString()).contains("dev up");

    assertThat(run("up")).as(err.toString()).isZero();
    assertThat(run("status", "-o", "json")).isZero();

    JsonNode status = JsonMapper.builder().build().readTree(out.toString());
    assertThat(status.path("mysql").findValuesAsText("name"))
        .containsExactly("source", "target/-80", "target/80-");
    JsonNode source = status.path("mysql").get(0);
    String url =
        "jdbc:mysql://"
            + source.path("host").asText()
            + ":"
            + source.path("port").asInt()
            + "/"
            + source.path("schema").asText();
    try (Connection connection =
        DriverManager.getConnection(
            url, source.path("user").asText(), source.path("password").asText())) {
      assertThat(connection.getCatalog()).isEqualTo("commerce");
    }
    JsonNode config = new YAMLMapper().readTree(home.resolve(".sluice/sluice.yaml").toFile());
    assertThat(config.at("/kafka/bootstrap.servers").asText())
        .isEqualTo(status.path("kafka").asText());
    assertThat(config.at("/keyspaces/customer/shards").fieldNames())
        .toIterable()
        .containsExactly("-80", "80-");
    List<Long> servers = serverIds();

    assertThat(run("down")).isZero();

    assertThat(servers).hasSize(5).noneMatch(DevStackTest::isThere);
    assertThat(home.resolve(".sluice/dev/data")).doesNotExist();
    assertThat(home.resolve(".sluice/dev/logs/kafka.log")).isNotEmptyFile();
    assertThat(run("down")).as("down is idempotent").isZero();
  }

  @Test
  void aKilledSupervisorLeavesNoServerBehind() throws Exception {
    assertThat(run("up")).as(err.toString()).isZero();
    List<Long> servers = serverIds();
    assertThat(servers).hasSize(5).allMatch(DevStackTest::isThere);

    long supervisor = readId(home.resolve(".sluice/dev/lock"));
    ProcessHandle.of(supervisor).orElseThrow().destroyForcibly();

    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> servers.stream().noneMatch(DevStackTest::isThere));
    assertThat(run("status")).isEqualTo(4);
  }
}
