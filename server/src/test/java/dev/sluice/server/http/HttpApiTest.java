package dev.sluice.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.routing.RoutingRule;
import dev.sluice.schemas.routing.RoutingTable;
import dev.sluice.schemas.routing.TabletType;
import dev.sluice.schemas.vdiff.VDiffDirectory;
import dev.sluice.schemas.vdiff.VDiffOrders;
import dev.sluice.schemas.workflow.SluiceJson;
import dev.sluice.schemas.workflow.WorkflowOptions;
import dev.sluice.server.config.HttpSettings;
import dev.sluice.server.config.HttpSettings.Access;
import dev.sluice.server.config.HttpSettings.Token;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpApiTest {

  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final HttpSettings OPEN = new HttpSettings("127.0.0.1", 0, null, List.of());
  private static final HttpSettings GUARDED =
      new HttpSettings(
          "127.0.0.1",
          0,
          null,
          List.of(
              new Token("eye", "see", Access.VIEWER), new Token("hand", "do", Access.OPERATOR)));

  private final FakeController controller = new FakeController();
  private final ActiveController active =
      new ActiveController(Optional::empty, Clock.systemUTC(), "me");
  private final VDiffOrders vdiffs = noVDiffs();
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpApi api;
  private int port;

  /** Knows of no VDiff; nothing is written by these tests. */
  private static VDiffOrders noVDiffs() {
    KafkaSettings nowhere =
        new KafkaSettings("127.0.0.1:1", Map.of(), KafkaSettings.DEFAULT_RECORD_MAX_BYTES);
    return new VDiffOrders(nowhere, new VDiffDirectory(nowhere));
  }

  private void serve(HttpSettings settings) {
    serve(settings, new RequestLimits(System::nanoTime));
  }

  private void serve(HttpSettings settings, RequestLimits limits) {
    active.set(controller);
    api =
        HttpApi.create(
            settings,
            active,
            new KeyspaceRoutes(Map.of(), null),
            new EventStream(List::of, null, Clock.systemUTC()),
            new Health(Clock.systemUTC(), Optional::empty),
            vdiffs,
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            limits);
    port = api.start();
  }

  @AfterEach
  void close() {
    if (api != null) {
      api.close();
    }
    vdiffs.close();
  }

  private HttpResponse<String> call(String method, String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    return SluiceJson.mapper().readTree(response.body());
  }

  @Test
  void theDocumentAndTheRoutesAreTheSame() throws IOException {
    serve(OPEN);
    Set<String> documented = new TreeSet<>();
    new YAMLMapper()
        .readTree(HttpApi.resource("/openapi.yaml"))
        .path("paths")
        .fields()
        .forEachRemaining(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method -> {
                          if (!method.equals("parameters")) {
                            documented.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                          }
                        }));

    Set<String> routes = new TreeSet<>();
    api.routes().forEach(route -> routes.add(route.method().name() + " " + route.path()));

    assertThat(routes).isEqualTo(documented);
  }

  @Test
  void aCallerThatCallsTooOftenIsToldSo() throws IOException, InterruptedException {
    // the clock stands still: three calls and no more
    serve(GUARDED, new RequestLimits(() -> 0, 1, 3));
    for (int i = 0; i < 3; i++) {
      assertThat(call("GET", "/v1/workflows", "", "Authorization", "Bearer see").statusCode())
          .isEqualTo(200);
    }
    HttpResponse<String> answer = call("GET", "/v1/workflows", "", "Authorization", "Bearer see");
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(json(answer).path("errorCode").asText()).isEqualTo("tooManyRequests");
    assertThat(call("GET", "/v1/workflows", "", "Authorization", "Bearer do").statusCode())
        .as("another caller")
        .isEqualTo(200);
  }

  @Test
  void commandsAnswerWhatWasDoneAndByWhom() throws IOException, InterruptedException {
    serve(OPEN);

    HttpResponse<String> done =
        call("POST", "/v1/workflows/m/cancel", "{\"keepData\":true,\"reason\":\"r\"}");
    HttpResponse<String> already = call("POST", "/v1/workflows/m/stop", "");

    assertThat(done.statusCode()).isEqualTo(202);
    assertThat(controller.last.keepData()).isFalse();
    assertThat(already.statusCode()).isEqualTo(200);
    assertThat(json(already).path("steps")).isEmpty();
    assertThat(controller.first.keepData()).isTrue();
    assertThat(controller.first.reason()).isEqualTo("r");
    assertThat(controller.first.by()).isEqualTo("127.0.0.1");
  }

  @Test
  void errorsHaveACodeAMessageAndDetails() throws IOException, InterruptedException {
    serve(OPEN);

    HttpResponse<String> missing = call("GET", "/v1/workflows/none", "");
    HttpResponse<String> route = call("GET", "/v1/workflows/m/nothing", "");
    HttpResponse<String> illegal = call("POST", "/v1/workflows/m/start", "{}");
    HttpResponse<String> wrong = call("POST", "/v1/workflows/m/stop", "{\"colour\":1}");
    HttpResponse<String> noJson = call("POST", "/v1/workflows", "{");
    HttpResponse<String> refused = call("POST", "/v1/workflows", "{\"name\":\"m\"}");

    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(json(missing).path("errorCode").asText()).isEqualTo("notFound");
    assertThat(route.statusCode()).isEqualTo(404);
    assertThat(json(route).path("errorCode").asText()).isEqualTo("notFound");
    assertThat(illegal.statusCode()).isEqualTo(409);
    assertThat(json(illegal).path("details").path("legalActions").toString())
        .isEqualTo("[\"stop\",\"cancel\",\"throttle\",\"switch-traffic\"]");
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body()).contains("colour: unknown key");
    assertThat(noJson.statusCode()).isEqualTo(400);
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(json(refused).path("details").path("findings").get(0).path("severity").asText())
        .isEqualTo("refuse");
  }

  @Test
  void tokensDecideWhoMayDoWhat() throws IOException, InterruptedException {
    serve(GUARDED);

    assertThat(call("GET", "/v1/workflows", "").statusCode()).isEqualTo(401);
    assertThat(call("GET", "/v1/workflows", "", "Authorization", "Bearer wrong").statusCode())
        .isEqualTo(401);
    assertThat(call("GET", "/v1/workflows", "", "Authorization", "Bearer see").statusCode())
        .isEqualTo(200);
    assertThat(
            call("POST", "/v1/workflows/m/cancel", "{}", "Authorization", "Bearer see")
                .statusCode())
        .isEqualTo(403);
    assertThat(
            call("POST", "/v1/workflows/m/cancel", "{}", "Authorization", "Bearer do").statusCode())
        .isEqualTo(202);
    assertThat(controller.first.by()).isEqualTo("hand");
    assertThat(call("GET", "/health/live", "").statusCode()).isEqualTo(200);
    assertThat(call("GET", "/metrics", "").statusCode()).isEqualTo(401);
  }

  @Test
  void pagesOfOtherSitesCannotCall() throws IOException, InterruptedException {
    serve(OPEN);

    assertThat(
            call("POST", "/v1/workflows/m/cancel", "{}", "Origin", "http://evil.example")
                .statusCode())
        .isEqualTo(403);
    assertThat(
            call("POST", "/v1/workflows/m/cancel", "{}", "Origin", "http://127.0.0.1:" + port)
                .statusCode())
        .isEqualTo(202);
  }

  @Test
  void thePageTheDocumentAndHealthAreServed() throws IOException, InterruptedException {
    serve(OPEN);

    assertThat(call("GET", "/", "").body()).contains("<title>Sluice</title>");
    assertThat(call("GET", "/openapi.yaml", "").body()).startsWith("openapi: 3.1.0");
    assertThat(call("GET", "/health/ready", "").statusCode()).isEqualTo(503);
    assertThat(call("GET", "/v1/events", "", "Accept", "application/json").statusCode())
        .isEqualTo(406);
    assertThat(call("GET", "/metrics", "").body()).contains("jetty_threads_current{pool=\"http\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "*/*", "text/event-stream", "text/event-stream, */*"})
  void eventsComeToWhoeverTakesThem(String accept) throws Exception {
    serve(OPEN);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/events"));
    if (!accept.isEmpty()) {
      request.header("Accept", accept);
    }

    HttpResponse<InputStream> events =
        client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());

    try (InputStream body = events.body()) {
      assertThat(body).isNotNull();
      assertThat(events.statusCode()).isEqualTo(200);
      assertThat(events.headers().firstValue("Content-Type").orElse(""))
          .startsWith("text/event-stream");
      api.close();
    }

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .as("threads that go on with a call that has ended")
                    .noneMatch(thread -> thread.getName().equals("events-reader")));
  }

  @Test
  void theDocumentHasTheChoicesOfAMove() throws IOException {
    JsonNode options =
        new YAMLMapper()
            .readTree(HttpApi.resource("/openapi.yaml"))
            .at("/components/schemas/Move/properties/options/properties");
    WorkflowOptions.CHOICES.forEach(
        (option, choices) -> {
          List<String> documented = new ArrayList<>();
          options.path(option).path("enum").forEach(choice -> documented.add(choice.asText()));
          assertThat(documented).as(option).isEqualTo(choices);
          assertThat(options.path(option).path("default").asText()).isEqualTo(choices.get(0));
        });
  }

  @Test
  void aCreatedWorkflowComesWithWhatPreflightWarnsOf() throws Exception {
    serve(OPEN);

    HttpResponse<String> created = call("POST", "/v1/workflows", "{\"name\":\"good\"}");

    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(json(created).path("warnings").get(0).path("message").asText())
        .isEqualTo("not moved: view v");
  }

  /** One workflow, {@code m}, which is running. */
  @Test
  void routingRulesAreShownAndRemoved() throws Exception {
    serve(GUARDED);
    RoutingRule rule =
        new RoutingRule("t", TabletType.PRIMARY, "a", RoutingRule.State.OPEN, null, 3, 1, null);
    controller.rules = new RoutingTable(3, Map.of(rule.key(), rule));
    String see = "Bearer see";
    HttpResponse<String> shown = call("GET", "/v1/routing-rules", "", "Authorization", see);
    assertThat(shown.body())
        .isEqualTo(
            "{\"rulesEpoch\":3,\"rules\":[{\"fromTable\":\"t\",\"tabletType\":\"primary\","
                + "\"toKeyspace\":\"a\",\"state\":\"open\",\"holdUntil\":null,\"rulesEpoch\":3,"
                + "\"rulesInEpoch\":1,\"workflow\":null}]}");
    assertThat(call("DELETE", "/v1/routing-rules/t", "", "Authorization", see).statusCode())
        .isEqualTo(403);
    String act = "Bearer do";
    assertThat(
            call("DELETE", "/v1/routing-rules/x.t?reason=over", "", "Authorization", act)
                .statusCode())
        .isEqualTo(200);
    assertThat(controller.removed).isEqualTo("x.t|hand|over");
    assertThat(call("DELETE", "/v1/routing-rules/owned", "", "Authorization", act).statusCode())
        .isEqualTo(409);
  }
}
