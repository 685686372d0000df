package dev.sluice.tests.compare;

import dev.sluice.tests.sample.ConnectionSource;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.Stack;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;

/** The two sides of a move on a stack, reached as the administrator. */
public final class Side {

  private Side() {}

  /** Connections to a schema of a server; GTIDs of commits are reported. */
  public static ConnectionSource on(MysqlServer server, String schema) {
    String url = server.jdbcUrl(schema) + "&trackSessionState=true";
    return () -> DriverManager.getConnection(url, server.adminUser(), server.adminPassword());
  }

  public static List<ShardToCompare> source(Stack stack, String schema) {
    List<ShardToCompare> shards = new ArrayList<>();
    for (String keyRange : stack.options().sourceShards()) {
      MysqlServer server = stack.mysql(stack.options().sourceServerName(keyRange));
      shards.add(new ShardToCompare(keyRange, on(server, schema)));
    }
    return shards;
  }

  public static List<ShardToCompare> target(Stack stack, String schema) {
    List<ShardToCompare> shards = new ArrayList<>();
    for (String keyRange : stack.options().targetShards()) {
      shards.add(new ShardToCompare(keyRange, on(stack.target(keyRange), schema)));
    }
    return shards;
  }
}
