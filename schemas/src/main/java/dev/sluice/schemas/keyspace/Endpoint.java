package dev.sluice.schemas.keyspace;

import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Where one MySQL schema on one server is reached.
 *
 * <p>The password and the properties are asked for at each connect, so a rotated secret is picked
 * up; they never reach toString, a topic or a log. Immutable if the suppliers are.
 *
 * @param port TCP port, 1-65535
 * @param schema the MySQL schema that holds the shard's tables
 * @param propertySource extra Connector/J properties, passed through
 */
public record Endpoint(
    String host,
    int port,
    String user,
    Supplier<String> password,
    String schema,
    Supplier<Map<String, String>> propertySource) {

  public Endpoint {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(user, "user");
    Objects.requireNonNull(password, "password");
    Objects.requireNonNull(schema, "schema");
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
    }
    Objects.requireNonNull(propertySource, "propertySource");
  }

  /** An endpoint whose properties hold no secret that could change. */
  public Endpoint(
      String host,
      int port,
      String user,
      Supplier<String> password,
      String schema,
      Map<String, String> properties) {
    this(host, port, user, password, schema, always(Map.copyOf(properties)));
  }

  private static Supplier<Map<String, String>> always(Map<String, String> properties) {
    return () -> properties;
  }

  /** Extra Connector/J properties as they are now. */
  public Map<String, String> properties() {
    return propertySource.get();
  }

  @Override
  public String toString() {
    return user + "@" + host + ":" + port + "/" + schema;
  }
}
