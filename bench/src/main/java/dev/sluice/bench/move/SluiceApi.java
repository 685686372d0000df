package dev.sluice.bench.move;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.bench.BenchException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/** Calls a server's REST interface. Thread-safe. */
public final class SluiceApi {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final String address;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  /**
   * @param address {@code HOST:PORT}
   */
  SluiceApi(String address) {
    this.address = address;
  }

  /** Whether the server says it is ready. */
  boolean isReady() {
    try {
      HttpRequest request = request("/health/ready").GET().build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notListening) {
      return false;
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /**
   * @throws BenchException when the answer is an error, with its text
   */
  JsonNode get(String path) {
    return send(request(path).GET().build());
  }

  /** As {@link #get}; the reason that every mutating call takes is added. */
  JsonNode post(String path, Map<String, Object> body) {
    try {
      String json = MAPPER.writeValueAsString(body);
      return send(
          request(path)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(json))
              .build());
    } catch (IOException e) {
      throw new BenchException("a request cannot be written: " + e.getMessage(), e);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + address + path)).timeout(LIMIT);
  }

  private JsonNode send(HttpRequest request) {
    String what = request.method() + " " + request.uri().getPath();
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() / 100 != 2) {
        throw new BenchException(
            what + " answered " + response.statusCode() + ": " + response.body());
      }
      return MAPPER.readTree(response.body());
    } catch (IOException e) {
      throw new BenchException(what + " failed: " + e, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static BenchException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new BenchException("interrupted while calling the server", cause);
  }
}
