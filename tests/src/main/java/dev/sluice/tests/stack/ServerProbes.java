package dev.sluice.tests.stack;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** Asks servers whether they answer clients. */
final class ServerProbes {
  private static final int CONNECT_MILLIS = 500;
  private static final int ACCESS_DENIED = 1045;
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

  /** Said once, to a server that has answered its first request a moment ago. */
  private static final Duration RULE_LIMIT = Duration.ofSeconds(60);

  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .connectTimeout(ANSWER_LIMIT)
          .version(HttpClient.Version.HTTP_1_1)
          .build();

  private ServerProbes() {}

  /** Whether the broker takes requests and is part of its cluster. */
  static boolean answers(KafkaServer server) {
    if (!accepts(server)) {
      return false;
    }
    Map<String, Object> settings =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, server.bootstrapServers(),
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000,
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5_000);
    try (Admin admin = Admin.create(settings)) {
      return admin.describeCluster().nodes().get(10, TimeUnit.SECONDS).size() == 1;
    } catch (ExecutionException | TimeoutException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while Kafka started", e);
    }
  }

  /** A client that knocks in vain logs a warning each time: so the port is tried first. */
  private static boolean accepts(StackServer server) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(server.host(), server.port()), CONNECT_MILLIS);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  static boolean answers(RegistryServer server) {
    return status(
            HttpRequest.newBuilder(URI.create(server.url() + "/subjects")).GET(), ANSWER_LIMIT)
        == 200;
  }

  /** Sets the rule that Confluent's registry has by default; this one has none. */
  static void requireBackwardCompatibility(RegistryServer server) {
    int status =
        status(
            HttpRequest.newBuilder(URI.create(server.url() + "/config"))
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString("{\"compatibility\":\"BACKWARD\"}")),
            RULE_LIMIT);
    if (status != 200) {
      throw new StackException(
          "the registry refused its compatibility rule with HTTP status " + status);
    }
  }

  private static int status(HttpRequest.Builder request, Duration limit) {
    try {
      HttpRequest timed = request.timeout(limit).build();
      return HTTP.send(timed, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException notYet) {
      return -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while the registry started", e);
    }
  }

  /**
   * Whether the server takes the administrator's statements.
   *
   * @throws StackException when it refuses the account, which waiting does not cure
   */
  static boolean answers(MysqlServer server) {
    String url = server.jdbcUrl("") + "&socketTimeout=" + ANSWER_LIMIT.toMillis();
    try (Connection connection =
        DriverManager.getConnection(url, server.adminUser(), server.adminPassword())) {
      return connection.isValid((int) ANSWER_LIMIT.toSeconds());
    } catch (SQLException e) {
      if (e.getErrorCode() == ACCESS_DENIED) {
        throw new StackException(
            server.name() + " refuses its own administrator: " + e.getMessage(), e);
      }
      return false;
    }
  }
}
