package dev.sluice.tests.stack;

import java.util.ArrayList;
import java.util.List;
import org.testcontainers.containers.Network;
import org.testcontainers.images.builder.Transferable;

/** A MySQL server in a container. */
final class ContainerMysql extends ContainerServer implements MysqlServer {
  static final int PORT = 3306;

  private final MysqlAccounts accounts;
  private final String schema;
  private final ContainerMysql replicationSource;
  private final String networkName;
  private final String version;

  /**
   * @param replicationSource the server it replicates from, or null
   */
  ContainerMysql(
      String name,
      int port,
      StackOptions options,
      String schema,
      MysqlAccounts accounts,
      Network network,
      ContainerMysql replicationSource) {
    super(name, port, PORT, options.directory(), ContainerImages.MYSQL);
    this.accounts = accounts;
    this.schema = schema;
    this.replicationSource = replicationSource;
    this.networkName = name.replace('/', '-');
    this.version = ContainerImages.MYSQL.version();
    List<String> first =
        new ArrayList<>(
            accounts.firstStatements(
                version, schema, List.of(options.sourceSchema(), options.targetSchema())));
    // The image's own start script still needs this account.
    first.removeIf(sql -> sql.startsWith("DROP USER"));
    container()
        .withNetwork(network)
        .withNetworkAliases(networkName)
        .withEnv("MYSQL_ROOT_PASSWORD", accounts.adminPassword())
        // It would go into the binary log of a replica too, as transactions of its own.
        .withEnv("MYSQL_INITDB_SKIP_TZINFO", "yes")
        .withCopyToContainer(
            Transferable.of(String.join(";\n", first) + ";\n"),
            "/docker-entrypoint-initdb.d/first-start.sql")
        .withCommand(flags(port, options.flagsOf(name)).toArray(String[]::new));
  }

  private static List<String> flags(int serverId, List<String> extra) {
    List<String> flags = new ArrayList<>(MysqlFlags.common());
    flags.removeIf(flag -> flag.startsWith("--bind-address"));
    flags.add("--server-id=" + serverId);
    flags.addAll(extra);
    return flags;
  }

  @Override
  public String schema() {
    return schema;
  }

  @Override
  public String user() {
    return MysqlAccounts.USER;
  }

  @Override
  public String password() {
    return accounts.password();
  }

  @Override
  public String adminUser() {
    return MysqlAccounts.ADMIN_USER;
  }

  @Override
  public String adminPassword() {
    return accounts.adminPassword();
  }

  @Override
  boolean answers() {
    return ServerProbes.answers(this);
  }

  @Override
  void afterStart(boolean first) {
    if (replicationSource == null) {
      return;
    }
    if (first) {
      execute(
          MysqlReplication.statements(
              version, replicationSource, replicationSource.networkName, PORT));
    }
    execute("SET GLOBAL super_read_only = ON");
  }
}
