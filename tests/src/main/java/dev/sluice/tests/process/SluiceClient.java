package dev.sluice.tests.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/** The REST calls of a Sluice server, as anybody from outside makes them. Thread-safe. */
public final class SluiceClient {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final String base;

  /**
   * @param base {@code http://host:port}
   */
  public SluiceClient(String base) {
    this.base = base;
  }

  /** An answer: its status code and its JSON body. */
  public record Answer(int code, JsonNode body) {

    public boolean ok() {
      return code >= 200 && code < 300;
    }

    /**
     * The body of a good answer.
     *
     * @throws IllegalStateException for any other answer
     */
    public JsonNode orThrow() {
      if (!ok()) {
        throw new IllegalStateException("the server answered " + code + ": " + body);
      }
      return body;
    }
  }

  public String base() {
    return base;
  }

  /** True when the server answers at all. */
  public boolean isUp() {
    try {
      return send(request("/health/live").GET().timeout(Duration.ofSeconds(2)).build()).code()
          < 500;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  public Answer preflight(Map<String, ?> spec) {
    return post("/v1/preflight", spec);
  }

  public Answer create(Map<String, ?> spec) {
    return post("/v1/workflows", spec);
  }

  public Answer show(String workflow) {
    return get("/v1/workflows/" + workflow);
  }

  public Answer status(String workflow) {
    return get("/v1/workflows/" + workflow + "/status");
  }

  /** One of {@code start}, {@code stop}, {@code cancel}. */
  public Answer act(String workflow, String action, String reason) {
    return post("/v1/workflows/" + workflow + "/" + action, Map.of("reason", reason));
  }

  /** Any call that changes a workflow, with a body. */
  public Answer act(String workflow, String action, Map<String, ?> body) {
    return post("/v1/workflows/" + workflow + "/" + action, body);
  }

  /**
   * GET.
   *
   * @throws UncheckedIOException when the server does not answer
   */
  public Answer get(String path) {
    return send(request(path).GET().timeout(TIMEOUT).build());
  }

  private Answer post(String path, Map<String, ?> body) {
    try {
      return send(
          request(path)
              .timeout(TIMEOUT)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(MAPPER.writeValueAsString(body)))
              .build());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path));
  }

  private Answer send(HttpRequest request) {
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), json(response.body()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("interrupted", e));
    }
  }

  private static JsonNode json(String body) {
    try {
      JsonNode tree = MAPPER.readTree(body);
      return tree == null ? MAPPER.nullNode() : tree;
    } catch (JsonProcessingException e) {
      return MAPPER.getNodeFactory().textNode(body);
    }
  }
}
