package dev.sluice.schemas.keyspace;

import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Where one MySQL schema on one server is reached.
 *
 * <p>The password is asked for at each connect, so a rotated secret is picked up; it never reaches
 * toString, a topic or a log. Immutable if the supplier is.
 *
 * @param port TCP port, 1-65535
 * @param schema the MySQL schema that holds the shard's tables
 * @param properties extra Connector/J properties, passed through
 */
public record Endpoint(
    String host,
    int port,
    String user,
    Supplier<String> password,
    String schema,
    Map<String, String> properties) {

  public Endpoint {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(user, "user");
    Objects.requireNonNull(password, "password");
    Objects.requireNonNull(schema, "schema");
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
    }
    properties = Map.copyOf(properties);
  }

  @Override
  public String toString() {
    return user + "@" + host + ":" + port + "/" + schema;
  }
}
