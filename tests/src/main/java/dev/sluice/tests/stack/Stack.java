package dev.sluice.tests.stack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A running stack. Everything in it listens on the loopback address only and ends with the process
 * that started it, however that process ends. Thread-safe.
 */
public interface Stack extends AutoCloseable {
  KafkaServer kafka();

  RegistryServer registry();

  /** Every MySQL server: sources with their replicas first, then targets, in key-range order. */
  List<MysqlServer> mysql();

  /** What the stack was started with. */
  StackOptions options();

  /** Where the stack keeps its data and logs. */
  Path directory();

  /**
   * A program that speaks to the MySQL servers from the command line, or null where there is none.
   */
  Path mysqlClient();

  /**
   * The network between clients and a server, to be cut, restored and delayed; clients that use the
   * link's address instead of the server's own go through it.
   *
   * @throws StackException when the stack was started without links
   */
  NetworkLink link(String serverName);

  /** Every server. */
  default List<StackServer> servers() {
    List<StackServer> servers = new ArrayList<>(List.of(kafka(), registry()));
    servers.addAll(mysql());
    return servers;
  }

  /** A server by its name. */
  default StackServer server(String name) {
    return servers().stream()
        .filter(server -> server.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new StackException("the stack has no server " + name));
  }

  /** A MySQL server by its name. */
  default MysqlServer mysql(String name) {
    return mysql().stream()
        .filter(server -> server.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new StackException("the stack has no server " + name));
  }

  /** The primary of the first source shard. */
  default MysqlServer source() {
    return mysql(options().sourceServerName(options().sourceShards().get(0)));
  }

  /** The primary of a target shard, by its key range. */
  default MysqlServer target(String keyRange) {
    return mysql(options().targetServerName(keyRange));
  }

  /** Stops every server. */
  @Override
  void close();
}
