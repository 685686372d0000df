package dev.sluice.tests.stack.dev;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How to reach a stack, in the form {@code dev status -o json} prints.
 *
 * @param kafka bootstrap servers
 * @param registry address of the schema registry
 * @param mysqlClient a program that reaches the MySQL servers, or null
 * @param mysql the MySQL servers
 * @param supervisor id of the process that holds the stack
 */
public record StackStatus(
    String kafka, String registry, String mysqlClient, List<Mysql> mysql, long supervisor) {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  public StackStatus {
    mysql = List.copyOf(mysql);
  }

  /** One MySQL server with its accounts. */
  public record Mysql(
      String name,
      String host,
      int port,
      String user,
      String password,
      String adminUser,
      String adminPassword,
      String schema) {

    static Mysql of(MysqlServer server) {
      return new Mysql(
          server.name(),
          server.host(),
          server.port(),
          server.user(),
          server.password(),
          server.adminUser(),
          server.adminPassword(),
          server.schema());
    }
  }

  /** The status of a stack that this process holds. */
  public static StackStatus of(Stack stack) {
    Path client = stack.mysqlClient();
    return new StackStatus(
        stack.kafka().bootstrapServers(),
        stack.registry().url(),
        client == null ? null : client.toString(),
        stack.mysql().stream().map(Mysql::of).toList(),
        ProcessHandle.current().pid());
  }

  static StackStatus read(Path file) {
    try {
      return MAPPER.readValue(Files.readString(file), StackStatus.class);
    } catch (IOException e) {
      throw new StackException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** The JSON text, with a line's end. */
  public String json() {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new StackException("the status cannot be written", e);
    }
  }

  /** Lines for people: no passwords, but a command that connects. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(String.format("%-16s %s%n", "kafka", kafka));
    text.append(String.format("%-16s %s%n", "registry", registry));
    for (Mysql server : mysql) {
      text.append(
          String.format(
              "%-16s %s:%d  schema %s  user %s%n",
              server.name(), server.host(), server.port(), server.schema(), server.user()));
    }
    if (mysqlClient != null) {
      text.append(String.format("%-16s %s%n", "mysql client", mysqlClient));
    }
    text.append("passwords: ./sluice dev status -o json\n");
    return text.toString();
  }
}
