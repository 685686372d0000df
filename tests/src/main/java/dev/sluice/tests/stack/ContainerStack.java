package dev.sluice.tests.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Network;

/**
 * The stack as containers, by Testcontainers, whose own helper removes them when this process is
 * gone. A container engine must answer.
 */
public final class ContainerStack implements Stack {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerStack.class);

  private final StackOptions options;
  private final Network network = Network.newNetwork();
  private final ContainerKafka kafka;
  private final ContainerRegistry registry;
  private final List<ContainerMysql> mysql = new ArrayList<>();
  private final NetworkLinks links;

  private ContainerStack(StackOptions options) {
    this.options = options;
    Ports ports = new Ports(options.firstPort());
    int kafkaPort = ports.take();
    int behindLink = options.links() ? ports.take() : 0;
    int kafkaLink = options.links() ? ports.take() : 0;
    this.kafka =
        new ContainerKafka(
            kafkaPort, behindLink, kafkaLink, options.directory(), options.kafkaProperties());
    this.registry = new ContainerRegistry(ports.take(), options.directory());
    addMysql(ports);
    this.links = new NetworkLinks(options.directory(), ports);
    if (options.links()) {
      links.open(kafka.name(), kafkaLink, kafka.host(), behindLink);
      mysql.forEach(
          server -> links.open(server.name(), ports.take(), server.host(), server.port()));
    }
  }

  /** Whether a container engine answers and can be used; if not, the reason is in the log. */
  public static boolean engineAnswers() {
    try {
      return DockerClientFactory.instance().isDockerAvailable();
    } catch (RuntimeException e) {
      // Testcontainers tries the engine with a container, whose image it may have to fetch.
      LOG.warn("a container engine is there but cannot be used: {}", e.getMessage());
      return false;
    }
  }

  /**
   * Starts every container at the same time and returns when all servers answer.
   *
   * @throws StackException when one does not come up; the others are removed again
   */
  public static ContainerStack start(StackOptions options) {
    try {
      Files.createDirectories(options.directory().resolve("logs"));
    } catch (IOException e) {
      throw new StackException("cannot use " + options.directory() + ": " + e.getMessage(), e);
    }
    ContainerStack stack = new ContainerStack(options);
    try {
      InParallel.run(stack.all(), ContainerServer::start);
      return stack;
    } catch (RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  private void addMysql(Ports ports) {
    MysqlAccounts accounts = MysqlAccounts.generate();
    for (String keyRange : options.sourceShards()) {
      ContainerMysql source =
          newMysql(
              options.sourceServerName(keyRange), ports, options.sourceSchema(), accounts, null);
      mysql.add(source);
      if (options.replica()) {
        mysql.add(
            newMysql(
                options.replicaServerName(keyRange),
                ports,
                options.sourceSchema(),
                accounts,
                source));
      }
    }
    for (String keyRange : options.targetShards()) {
      mysql.add(
          newMysql(
              options.targetServerName(keyRange), ports, options.targetSchema(), accounts, null));
    }
    for (String name : options.extraServers()) {
      mysql.add(newMysql(name, ports, options.sourceSchema(), accounts, null));
    }
  }

  private ContainerMysql newMysql(
      String name,
      Ports ports,
      String schema,
      MysqlAccounts accounts,
      ContainerMysql replicationSource) {
    return new ContainerMysql(
        name, ports.take(), options, schema, accounts, network, replicationSource);
  }

  private List<ContainerServer> all() {
    List<ContainerServer> servers = new ArrayList<>(List.of(kafka, registry));
    servers.addAll(mysql);
    return servers;
  }

  @Override
  public KafkaServer kafka() {
    return kafka;
  }

  @Override
  public RegistryServer registry() {
    return registry;
  }

  @Override
  public List<MysqlServer> mysql() {
    return List.copyOf(mysql);
  }

  @Override
  public StackOptions options() {
    return options;
  }

  @Override
  public Path directory() {
    return options.directory();
  }

  /** The machine's own client, if there is one. */
  @Override
  public Path mysqlClient() {
    return Commands.onPath("mysql").orElse(null);
  }

  @Override
  public NetworkLink link(String serverName) {
    return links.of(serverName);
  }

  @Override
  public void close() {
    links.close();
    try {
      InParallel.run(all(), ContainerServer::remove);
    } finally {
      network.close();
    }
  }
}
