package dev.sluice.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.schemas.workflow.SluiceJson;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Calls the server's REST. */
final class ApiClient {

  private static final Duration LIMIT = Duration.ofSeconds(90);

  /** A change of traffic may take ten minutes, and is answered when it is done or undone. */
  private static final Duration CHANGE_LIMIT = Duration.ofMinutes(12);

  /** An answer: HTTP status and body. */
  record Answer(int status, JsonNode body, String text) {

    boolean ok() {
      return status < 400;
    }

    int exitCode() {
      return ExitCode.of(status, body.path("errorCode").asText());
    }
  }

  private final String server;
  private final String token;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  ApiClient(String server, String token) {
    this.server = server.replaceAll("/+$", "");
    this.token = token;
  }

  Answer get(String path) {
    return send("GET", path, null);
  }

  Answer post(String path, JsonNode body) {
    return send("POST", path, body);
  }

  Answer delete(String path) {
    return send("DELETE", path, null);
  }

  /** A path segment that may hold anything. */
  static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private Answer send(String method, String path, JsonNode body) {
    HttpRequest.BodyPublisher publisher =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(SluiceJson.write(body));
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(server + path))
              .timeout(path.endsWith("-traffic") ? CHANGE_LIMIT : LIMIT)
              .header("Content-Type", "application/json")
              .method(method, publisher);
      if (token != null && !token.isBlank()) {
        request.header("Authorization", "Bearer " + token);
      }
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), parse(response.body()), response.body());
    } catch (IOException e) {
      String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new CliException(
          ExitCode.UNREACHABLE,
          "server " + server + " cannot be reached (" + why + "): start it, or set --server");
    } catch (IllegalArgumentException e) {
      throw new CliException(ExitCode.USAGE, "--server " + server + " is not a URL");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException(ExitCode.FAILED, "interrupted");
    }
  }

  private static JsonNode parse(String text) throws IOException {
    try {
      return SluiceJson.mapper().readTree(text.isBlank() ? "{}" : text);
    } catch (JsonProcessingException e) {
      throw new IOException("the answer is not JSON; is this a Sluice server?", e);
    }
  }
}
