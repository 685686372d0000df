package dev.sluice.mysql.session;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Endpoint;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/**
 * Connector/J properties: defaults that an endpoint may override, and fixed ones that it may not.
 */
final class ConnectionProperties {

  /** Values that the right carrying of rows depends on. */
  private static final Map<String, String> FIXED =
      Map.ofEntries(
          Map.entry("characterEncoding", "UTF-8"),
          // The server converts text: Java's idea of latin1 differs from MySQL's in five bytes.
          Map.entry("characterSetResults", "UTF-8"),
          Map.entry("connectionTimeZone", "UTC"),
          Map.entry("forceConnectionTimeZoneToSession", "true"),
          Map.entry("useServerPrepStmts", "false"),
          Map.entry("rewriteBatchedStatements", "true"),
          Map.entry("useAffectedRows", "false"),
          Map.entry("tinyInt1isBit", "false"),
          Map.entry("yearIsDateType", "false"),
          // The session's sql_mode is set by us; the driver shall not add to it.
          Map.entry("jdbcCompliantTruncation", "false"),
          Map.entry("autoReconnect", "false"),
          Map.entry("allowMultiQueries", "false"),
          // Otherwise each streaming result changes net_write_timeout behind the profile's back.
          Map.entry("netTimeoutForStreamingResults", "0"),
          Map.entry("tcpKeepAlive", "true"));

  private static final Set<String> OURS =
      Set.of(
          "user", "password", "allowloadlocalinfile", "connectionattributes", "sessionvariables");

  private ConnectionProperties() {}

  /**
   * @throws SluiceException INVALID_CONFIGURATION, naming every property of the endpoint that
   *     cannot be set
   */
  static Properties of(Endpoint endpoint, SessionProfile profile, String programName) {
    refuseFixed(endpoint);
    Properties properties = new Properties();
    properties.setProperty("sslMode", "PREFERRED");
    properties.setProperty("allowPublicKeyRetrieval", "true");
    properties.setProperty("connectTimeout", "10000");
    properties.setProperty("socketTimeout", Long.toString(profile.socketTimeout().toMillis()));
    properties.setProperty("socketFactory", KeepAliveSockets.class.getName());
    endpoint.properties().forEach(properties::setProperty);
    FIXED.forEach(properties::setProperty);
    properties.setProperty(
        "allowLoadLocalInfile", Boolean.toString(profile == SessionProfile.APPLIER));
    properties.setProperty("connectionAttributes", "program_name:" + programName);
    properties.setProperty("user", endpoint.user());
    String password = endpoint.password().get();
    if (password != null) {
      properties.setProperty("password", password);
    }
    return properties;
  }

  private static void refuseFixed(Endpoint endpoint) {
    Set<String> refused = new TreeSet<>();
    for (String name : endpoint.properties().keySet()) {
      boolean fixed = FIXED.keySet().stream().anyMatch(name::equalsIgnoreCase);
      if (fixed || OURS.contains(name.toLowerCase(Locale.ROOT))) {
        refused.add(name);
      }
    }
    if (!refused.isEmpty()) {
      throw new SluiceException(
          ErrorCode.INVALID_CONFIGURATION,
          "properties of " + endpoint + " that Sluice sets itself: " + String.join(", ", refused),
          "remove them from the endpoint's properties");
    }
  }
}
