package dev.sluice.server.http;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands a call on to the active controller in another process. Thread-safe. */
final class Forwarder {

  private static final Logger LOG = LoggerFactory.getLogger(Forwarder.class);
  private static final String FORWARDED = "X-Sluice-Forwarded";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Who only looks is not kept waiting by a controller that is frozen: its successor answers. */
  private static final Duration LOOK_LIMIT = Duration.ofSeconds(8);

  /** A change of traffic may take ten minutes, and is answered when it is done or undone. */
  private static final Duration CHANGE_LIMIT = Duration.ofMinutes(11);

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(5))
          .version(HttpClient.Version.HTTP_1_1)
          .build();

  /** True when the call comes from another process's forwarder already. */
  static boolean forwarded(Context context) {
    return context.header(FORWARDED) != null;
  }

  /**
   * False when nobody listens at the address, or does not answer who only looks: then nothing was
   * done there.
   */
  boolean forward(Context context, String address) {
    String query = context.queryString() == null ? "" : "?" + context.queryString();
    boolean looks = context.method() == HandlerType.GET;
    Duration limit = context.path().endsWith("-traffic") ? CHANGE_LIMIT : LIMIT;
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address + context.req().getRequestURI() + query))
            .timeout(looks ? LOOK_LIMIT : limit)
            .header(FORWARDED, "1")
            .method(
                context.method().name(),
                HttpRequest.BodyPublishers.ofByteArray(context.bodyAsBytes()));
    String authorization = context.header("Authorization");
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    if (context.contentType() != null) {
      request.header("Content-Type", context.contentType());
    }
    try {
      HttpResponse<byte[]> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      context.status(response.statusCode());
      response.headers().firstValue("Content-Type").ifPresent(context::contentType);
      context.result(response.body());
      return true;
    } catch (ConnectException | HttpConnectTimeoutException e) {
      LOG.atInfo()
          .addKeyValue("address", address)
          .log("the active controller cannot be reached; waiting for another");
      return false;
    } catch (HttpTimeoutException e) {
      if (looks) {
        return false;
      }
      throw silent(address, e);
    } catch (IOException e) {
      throw silent(address, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException(503, "noController", "this server is being stopped", "try again");
    }
  }

  private static ApiException silent(String address, IOException error) {
    return new ApiException(
        503,
        "noController",
        "the active controller at " + address + " does not answer: " + error.getMessage(),
        "try again: another controller takes over within 10 s");
  }
}
