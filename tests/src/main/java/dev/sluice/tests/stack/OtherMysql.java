package dev.sluice.tests.stack;

import java.io.IOException;
import java.util.List;

/**
 * A MySQL server of a version of one's choice beside a stack, with accounts of its own; its data go
 * with the stack's.
 */
public final class OtherMysql implements AutoCloseable {

  private final LocalMysql server;

  private OtherMysql(LocalMysql server) {
    this.server = server;
  }

  /**
   * Starts a server.
   *
   * @param stack a local one, whose directory is used
   * @param name unlike the names of the stack's servers
   * @param version 5.7.22 or 8.0.12, which are fetched once; any other text stands for the version
   *     that the stack itself runs
   * @throws StackException when it does not come up
   */
  public static OtherMysql start(Stack stack, String name, String version) {
    StackCache cache = StackCache.ofUser();
    try {
      boolean published = version.equals("5.7.22") || version.equals("8.0.12");
      MysqlProgram program =
          published ? new RepositoryMysql(cache, version).find() : MysqlPrograms.ofMachine().find();
      StackOptions options = stack.options();
      LocalMysql.Role role =
          new LocalMysql.Role(
              options.sourceSchema(),
              List.of(options.sourceSchema(), options.targetSchema()),
              List.of("--innodb-buffer-pool-size=64M"),
              null);
      LocalMysql server =
          new LocalMysql(
              name,
              new Ports(0).take(),
              stack.directory(),
              program,
              new MysqlDataTemplate(cache, program),
              MysqlAccounts.generate(),
              role);
      server.start();
      return new OtherMysql(server);
    } catch (IOException e) {
      throw new StackException("no MySQL " + version + ": " + e.getMessage(), e);
    }
  }

  public MysqlServer server() {
    return server;
  }

  @Override
  public void close() {
    server.abandon();
  }
}
