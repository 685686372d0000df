package dev.sluice.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class VerbsTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private HttpServer server;
  private volatile int status = 200;
  private volatile String answer = "{}";
  private volatile String received = "";

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          received =
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          byte[] body = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private int run(String... arguments) {
    CommandLine line = Verbs.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--server";
    all[arguments.length + 1] = "http://127.0.0.1:" + server.getAddress().getPort();
    return line.execute(all);
  }

  @Test
  void jsonOutputIsTheBody() {
    answer = "{\"workflows\":[]}";
    assertThat(run("list", "-o", "json")).isZero();
    assertThat(out.toString().trim()).isEqualTo(answer);
    assertThat(received).startsWith("GET /v1/workflows ");
  }

  @Test
  void exitCodesTellWhatHappened() {
    answer = "{\"errorCode\":\"x\",\"message\":\"no\",\"details\":{}}";
    status = 409;
    assertThat(run("stop", "m")).isEqualTo(3);
    status = 422;
    assertThat(run("stop", "m")).isEqualTo(3);
    status = 404;
    assertThat(run("stop", "m")).isEqualTo(1);
    status = 400;
    assertThat(run("stop", "m")).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("x: no");
    assertThat(run("stop")).isEqualTo(2);
    server.stop(0);
    assertThat(run("stop", "m")).isEqualTo(4);
  }

  @Test
  void createSendsTheFileAsJson(@TempDir Path directory) throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("move.yaml"), "name: m\noptions: { copy.readers: 3 }\n");
    status = 201;
    answer =
        "{\"name\":\"m\",\"state\":\"created\",\"warnings\":[{\"object\":\"a/-\",\"message\":\"not moved: view v\","
            + "\"remedy\":\"create it there\"}]}";

    assertThat(run("create", "-f", file.toString(), "--reason", "why")).isZero();

    assertThat(received)
        .isEqualTo(
            "POST /v1/workflows {\"name\":\"m\",\"options\":{\"copy.readers\":3},\"reason\":\"why\"}");
    assertThat(out.toString())
        .contains("workflow m is created", "warning: a/-: not moved: view v (create it there)");
  }

  @Test
  void createWaitsUntilTheWorkflowRunsOrHasFailed(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("move.yaml"), "name: m\n");
    answer = "{\"name\":\"m\",\"state\":\"running\"}";

    assertThat(run("create", "-f", file.toString(), "--wait")).isZero();
    assertThat(received).startsWith("GET /v1/workflows/m/status");
    assertThat(out.toString()).contains("workflow m is running", "reads from");

    answer =
        "{\"name\":\"m\",\"state\":\"error\",\"error\":{\"code\":\"BINLOG_PURGED\",\"message\":\"gone\"}}";
    assertThat(run("create", "-f", file.toString(), "--wait")).isEqualTo(1);
    assertThat(err.toString()).contains("m is error, not running: BINLOG_PURGED: gone");
  }

  @Test
  void preflightThatRefusesExitsWithThree(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("move.yaml"), "name: m\n");
    answer =
        "{\"ok\":false,\"findings\":[{\"check\":\"gtid_mode\",\"severity\":\"refuse\",\"object\":\"commerce/-\","
            + "\"message\":\"OFF\",\"remedy\":\"switch it on\"}]}";

    assertThat(run("preflight", "-f", file.toString())).isEqualTo(3);
    assertThat(out.toString()).contains("refuse", "gtid_mode", "switch it on");
  }

  @Test
  void cancelSendsItsFlags() {
    answer =
        "{\"currentState\":\"cancelling\",\"steps\":[{\"name\":\"cancel\",\"outcome\":\"done\"}]}";
    status = 202;
    assertThat(run("cancel", "a b", "--keep-data")).isZero();
    assertThat(received)
        .isEqualTo("POST /v1/workflows/a%20b/cancel {\"keepData\":true,\"dryRun\":false}");
  }

  @Test
  void throttleAndRecopySendWhatIsAskedFor() {
    answer = "{\"currentState\":\"copying\",\"steps\":[]}";
    assertThat(run("throttle", "m", "--max-rows-per-second", "500", "--max-lag", "10s")).isZero();
    assertThat(received)
        .isEqualTo("POST /v1/workflows/m/throttle {\"maxRowsPerSecond\":500,\"maxLag\":\"10s\"}");
    assertThat(run("throttle", "m", "--off")).isZero();
    assertThat(received).isEqualTo("POST /v1/workflows/m/throttle {\"off\":true}");
    assertThat(run("start", "m", "--recopy", "--reason", "purged")).isZero();
    assertThat(received)
        .isEqualTo("POST /v1/workflows/m/start {\"recopy\":true,\"reason\":\"purged\"}");
    assertThat(run("start", "m")).isZero();
    assertThat(received).isEqualTo("POST /v1/workflows/m/start {}");
  }

  @Test
  void aStatusWithAnErrorExitsWithOne() {
    answer =
        "{\"name\":\"m\",\"state\":\"running\",\"since\":\"2026-01-01T00:00:00Z\","
            + "\"error\":{\"code\":\"TARGET_DISK_FULL\",\"message\":\"full\",\"remedy\":\"make room\"},"
            + "\"warnings\":[{\"code\":\"BINLOG_EXPIRES_SOON\",\"message\":\"soon\",\"remedy\":\"start\"}]}";

    assertThat(run("status", "m")).isEqualTo(1);

    assertThat(out.toString())
        .contains("error: TARGET_DISK_FULL: full (make room)", "warning: BINLOG_EXPIRES_SOON");
    assertThat(run("status", "m", "-o", "json")).isEqualTo(1);
  }

  @Test
  void statusIsReadable() {
    answer =
        "{\"name\":\"m\",\"state\":\"copying\",\"since\":\"2026-01-01T00:00:00Z\","
            + "\"stage\":{\"name\":\"copying rows\",\"since\":\"2026-01-01T00:00:00Z\"},"
            + "\"traffic\":{\"reads\":\"source\",\"writes\":\"source\"},"
            + "\"tables\":[{\"name\":\"corder\",\"phase\":\"copying\",\"rowsCopied\":1000,\"rowsEstimated\":2000,"
            + "\"percent\":50.0,\"rowsPerSecond\":1234.5}],"
            + "\"streams\":[{\"id\":\"m/forward/-\",\"state\":\"copying\",\"lagSeconds\":null,\"cut\":null}],"
            + "\"appliers\":[{\"id\":\"m/forward/80-\",\"parkedRows\":3,\"parkedOldest\":{\"stream\":\"-80\","
            + "\"table\":\"corder\",\"key\":\"7\",\"since\":\"2026-01-01T00:00:00Z\"}}],\"throttled\":{\"on\":false},\"eta\":null,\"nextSteps\":[\"wait\"]}";

    assertThat(run("status", "m")).isZero();

    assertThat(out.toString())
        .contains(
            "m  copying",
            "[##########----------]",
            "50.0 %",
            "1,000 / 2,000",
            "1,235/s",
            "m/forward/80-: 3 rows are parked, corder (7) of source shard -80 for",
            "next: wait");
  }

  @Test
  void aCompletionScriptKnowsTheVerbs() {
    StringWriter script = new StringWriter();
    CommandLine line = Verbs.commandLine();
    line.setOut(new PrintWriter(script, true));
    assertThat(line.execute("completion", "bash")).isZero();
    assertThat(script.toString()).contains("preflight", "cancel", "status");
  }
}
