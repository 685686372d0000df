package dev.sluice.tests.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The stack as processes on this machine. */
public final class LocalStack implements Stack {
  private static final Logger LOG = LoggerFactory.getLogger(LocalStack.class);

  private final StackOptions options;
  private final StackDirectory directory;
  private final MysqlProgram program;
  private final LocalKafka kafka;
  private final LocalRegistry registry;
  private final List<LocalMysql> mysql = new ArrayList<>();
  private final NetworkLinks links;
  private final Thread atExit = new Thread(this::end, "stack-at-exit");
  private boolean closed;

  private LocalStack(
      StackOptions options, StackDirectory directory, StackCache cache, MysqlProgram program) {
    this.options = options;
    this.directory = directory;
    this.program = program;
    ClassArchive archive = new ClassArchive(cache);
    Ports ports = new Ports(options.firstPort());
    int kafkaPort = ports.take();
    int controllerPort = ports.take();
    int registryPort = ports.take();
    int managementPort = ports.take();
    int behindLink = options.links() ? ports.take() : 0;
    int kafkaLink = options.links() ? ports.take() : 0;
    this.kafka =
        new LocalKafka(
            kafkaPort,
            new LocalKafka.KafkaPorts(controllerPort, behindLink, kafkaLink),
            options.directory(),
            options.kafkaProperties(),
            LocalKafka.archiveOptions(archive));
    Path registryProgram = LocalRegistry.unpacked(cache);
    this.registry =
        new LocalRegistry(
            registryPort,
            managementPort,
            options.directory(),
            registryProgram,
            LocalRegistry.archiveOptions(archive, registryProgram));
    addMysql(ports, new MysqlDataTemplate(cache, program));
    this.links = new NetworkLinks(options.directory(), ports);
    if (options.links()) {
      links.open(kafka.name(), kafkaLink, kafka.host(), behindLink);
      mysql.forEach(
          server -> links.open(server.name(), ports.take(), server.host(), server.port()));
    }
  }

  /**
   * Starts every server at the same time and returns when all of them answer.
   *
   * @throws StackException when one does not come up; the others are stopped again
   */
  public static LocalStack start(StackOptions options) {
    long began = System.nanoTime();
    StackCache cache = StackCache.ofUser();
    MysqlProgram program = MysqlPrograms.ofMachine().find();
    LocalStack stack = prepare(options, cache, program);
    try {
      Runtime.getRuntime().addShutdownHook(stack.atExit);
      InParallel.run(stack.all(), LocalServer::start);
    } catch (RuntimeException e) {
      stack.close();
      throw e;
    }
    LOG.atInfo()
        .addKeyValue("stack", options.name())
        .addKeyValue("millis", Duration.ofNanos(System.nanoTime() - began).toMillis())
        .log("stack is up");
    return stack;
  }

  /** The id of the living process whose stack works in a directory. */
  public static OptionalLong holderOf(Path directory) {
    return StackDirectory.holderOf(directory);
  }

  private static LocalStack prepare(StackOptions options, StackCache cache, MysqlProgram program) {
    StackDirectory directory = StackDirectory.take(options.directory());
    try {
      return new LocalStack(options, directory, cache, program);
    } catch (RuntimeException e) {
      directory.close();
      throw e;
    }
  }

  private void addMysql(Ports ports, MysqlDataTemplate template) {
    List<String> schemas = List.of(options.sourceSchema(), options.targetSchema());
    MysqlAccounts accounts = MysqlAccounts.generate();
    for (String keyRange : options.sourceShards()) {
      String name = options.sourceServerName(keyRange);
      LocalMysql source =
          newMysql(
              name, ports, template, accounts, role(name, options.sourceSchema(), schemas, null));
      mysql.add(source);
      if (options.replica()) {
        String replica = options.replicaServerName(keyRange);
        mysql.add(
            newMysql(
                replica,
                ports,
                template,
                accounts,
                role(replica, options.sourceSchema(), schemas, source)));
      }
    }
    for (String keyRange : options.targetShards()) {
      String name = options.targetServerName(keyRange);
      mysql.add(
          newMysql(
              name, ports, template, accounts, role(name, options.targetSchema(), schemas, null)));
    }
    for (String name : options.extraServers()) {
      mysql.add(
          newMysql(
              name, ports, template, accounts, role(name, options.sourceSchema(), schemas, null)));
    }
  }

  private LocalMysql.Role role(
      String name, String schema, List<String> schemas, MysqlServer replicationSource) {
    return new LocalMysql.Role(schema, schemas, options.flagsOf(name), replicationSource);
  }

  private LocalMysql newMysql(
      String name,
      Ports ports,
      MysqlDataTemplate template,
      MysqlAccounts accounts,
      LocalMysql.Role role) {
    return new LocalMysql(
        name, ports.take(), options.directory(), program, template, accounts, role);
  }

  private List<LocalServer> all() {
    List<LocalServer> servers = new ArrayList<>(List.of(kafka, registry));
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

  @Override
  public Path mysqlClient() {
    return program.client();
  }

  @Override
  public NetworkLink link(String serverName) {
    return links.of(serverName);
  }

  /** The ids of the servers' processes, by the servers' names. */
  public Map<String, Long> processIds() {
    Map<String, Long> ids = new LinkedHashMap<>();
    all().forEach(server -> ids.put(server.name(), server.pid()));
    return ids;
  }

  @Override
  public void close() {
    end();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException exiting) {
      LOG.atDebug().addKeyValue("stack", options.name()).log("closed while the program exits");
    }
  }

  /** Servers whose data goes anyway need no orderly stop. */
  private synchronized void end() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      InParallel.run(all(), options.keepData() ? LocalServer::stop : LocalServer::abandon);
      links.close();
      if (!options.keepData()) {
        directory.deleteData();
      }
      directory.close();
    } catch (IOException e) {
      throw new StackException("cannot clear " + options.directory() + ": " + e.getMessage(), e);
    }
  }
}
