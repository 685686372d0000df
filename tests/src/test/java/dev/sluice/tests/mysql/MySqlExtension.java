package dev.sluice.tests.mysql;

import dev.sluice.tests.mysql.TestServer.Account;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.SharedStack;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test a {@link TestServer}: the shared stack's source, or, with {@code
 * -Dsluice.test.mysql=host:port:user:password}, any other server, so that the same tests run on
 * every version.
 */
public final class MySqlExtension implements ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(MySqlExtension.class);
  private static final AtomicInteger COUNT = new AtomicInteger();

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestServer.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(TestServer.class, unused -> opened(context), TestServer.class);
  }

  private static TestServer opened(ExtensionContext context) {
    TestServer server = server(context, "commerce_m" + COUNT.incrementAndGet());
    try {
      server.open();
      return server;
    } catch (SQLException e) {
      throw new IllegalStateException("cannot prepare " + server.schema(), e);
    }
  }

  private static TestServer server(ExtensionContext context, String schema) {
    String configured = System.getProperty("sluice.test.mysql");
    if (configured == null) {
      MysqlServer source = SharedStack.stackOf(context).source();
      Account admin = new Account(source.adminUser(), source.adminPassword());
      Account app = new Account(source.user(), source.password());
      return new TestServer(source.host(), source.port(), admin, app, schema);
    }
    String[] parts = configured.split(":", 4);
    Account account = new Account(parts[2], parts[3]);
    return new TestServer(parts[0], Integer.parseInt(parts[1]), account, account, schema);
  }
}
