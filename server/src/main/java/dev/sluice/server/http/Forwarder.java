package dev.sluice.server.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands a call on to the active controller in another process. Thread-safe. */
final class Forwarder {

  private static final Logger LOG = LoggerFactory.getLogger(Forwarder.class);
  private static final String FORWARDED = "X-Sluice-Forwarded";
  private static final Duration LIMIT = Duration.ofSeconds(60);

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

  /** False when nobody listens at the address, so that nothing was done there. */
  boolean forward(Context context, String address) {
    String query = context.queryString() == null ? "" : "?" + context.queryString();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address + context.req().getRequestURI() + query))
            .timeout(context.path().endsWith("-traffic") ? CHANGE_LIMIT : LIMIT)
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
    } catch (IOException e) {
      throw new ApiException(
          503,
          "noController",
          "the active controller at " + address + " does not answer: " + e.getMessage(),
          "try again: another controller takes over within 10 s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiException(503, "noController", "this server is being stopped", "try again");
    }
  }
}
