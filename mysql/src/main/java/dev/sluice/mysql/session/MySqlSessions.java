package dev.sluice.mysql.session;

import com.mysql.cj.jdbc.Driver;
import dev.sluice.mysql.error.ErrorClassifier;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Endpoint;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * Opens connections whose settings are known: nothing a server's configuration file or a driver's
 * default says can change how rows are read or written. Stateless, safe to share between threads;
 * the connections are not.
 *
 * <p>Works with MySQL 5.7, 8.x and 9.x.
 */
public final class MySqlSessions {

  private static final Pattern PROGRAM_NAME = Pattern.compile("[A-Za-z0-9_./@ -]{1,128}");

  private final Driver driver;
  private final String programName;

  /**
   * @param programName what the server's session_connect_attrs show, e.g. {@code sluice-capture}
   */
  public MySqlSessions(String programName) {
    this.programName = checkedName(programName);
    try {
      this.driver = new Driver();
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, "load the MySQL driver");
    }
  }

  /**
   * Opens a connection under this object's own program name; see {@link #open(Endpoint,
   * SessionProfile, String)}.
   */
  public Connection open(Endpoint endpoint, SessionProfile profile) {
    return open(endpoint, profile, programName);
  }

  /**
   * Opens a connection with the endpoint's schema as its default, autocommit on. The password is
   * asked for now.
   *
   * @param name the program_name attribute, by which others recognise the session
   * @throws SluiceException classified: unreachable, access denied, unknown schema, wrong
   *     configuration
   */
  public Connection open(Endpoint endpoint, SessionProfile profile, String name) {
    Properties properties = ConnectionProperties.of(endpoint, profile, checkedName(name));
    String action = "connect to " + endpoint;
    try {
      Connection connection = driver.connect(url(endpoint), properties);
      return configured(connection, profile);
    } catch (SQLException e) {
      throw new ErrorClassifier().classify(e, action);
    }
  }

  /**
   * The server's id of this connection.
   *
   * @return an unsigned 64-bit number
   */
  public static long connectionId(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT CONNECTION_ID()")) {
      row.next();
      return row.getLong(1);
    }
  }

  private static Connection configured(Connection connection, SessionProfile profile)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String setting : SessionSettings.statements(profile)) {
        statement.execute(setting);
      }
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private static String url(Endpoint endpoint) {
    String host = endpoint.host().indexOf(':') >= 0 ? "[" + endpoint.host() + "]" : endpoint.host();
    return "jdbc:mysql://"
        + host
        + ":"
        + endpoint.port()
        + "/"
        + UrlText.encoded(endpoint.schema());
  }

  private static String checkedName(String name) {
    if (!PROGRAM_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "program name \"" + name + "\" does not match " + PROGRAM_NAME);
    }
    return name;
  }
}
