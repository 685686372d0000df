package dev.sluice.tests.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A MySQL server as a process of the local stack. */
final class LocalMysql extends LocalServer implements MysqlServer {
  private static final String NO_OPTIONS = "/dev/null";

  /**
   * What one server is.
   *
   * @param schema its schema
   * @param movedSchemas all schemas tables are moved between
   * @param flags options that come after the common ones
   * @param replicationSource the server it replicates from, or null
   */
  record Role(
      String schema, List<String> movedSchemas, List<String> flags, MysqlServer replicationSource) {
    Role {
      movedSchemas = List.copyOf(movedSchemas);
      flags = List.copyOf(flags);
    }
  }

  private final MysqlProgram program;
  private final MysqlDataTemplate template;
  private final MysqlAccounts accounts;
  private final Role role;
  private boolean answeredBefore;

  LocalMysql(
      String name,
      int port,
      Path stackDirectory,
      MysqlProgram program,
      MysqlDataTemplate template,
      MysqlAccounts accounts,
      Role role) {
    super(name, port, stackDirectory);
    this.program = program;
    this.template = template;
    this.accounts = accounts;
    this.role = role;
  }

  @Override
  public String schema() {
    return role.schema();
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

  private Path dataDirectory() {
    return directory().resolve("data");
  }

  private Path firstStatementsFile() {
    return directory().resolve("first-start.sql");
  }

  @Override
  Map<String, String> environment() {
    return program.environment();
  }

  @Override
  void prepare() throws IOException {
    template.create(dataDirectory(), role.flags());
    List<String> statements =
        accounts.firstStatements(program.version(), role.schema(), role.movedSchemas());
    Files.writeString(firstStatementsFile(), String.join(";\n", statements) + ";\n");
  }

  @Override
  List<String> command() {
    List<String> command = new ArrayList<>(program.command());
    // without defaults a server forgets what SET PERSIST told it, which no server of a user does
    command.replaceAll(
        option -> option.equals("--no-defaults") ? "--defaults-file=" + NO_OPTIONS : option);
    command.add("--datadir=" + dataDirectory());
    command.add("--port=" + port());
    command.add("--server-id=" + port());
    // In the data directory, and not absolute: the path of a Unix socket is limited to about a
    // hundred bytes.
    command.add("--socket=mysql.sock");
    command.addAll(MysqlFlags.account());
    command.addAll(MysqlFlags.common());
    if (!answeredBefore) {
      command.add("--init-file=" + firstStatementsFile());
    }
    command.addAll(role.flags());
    return command;
  }

  @Override
  boolean answers() {
    return ServerProbes.answers(this);
  }

  @Override
  void afterStart() {
    boolean first = !answeredBefore;
    answeredBefore = true;
    deleteFirstStatements();
    if (role.replicationSource() != null) {
      if (first) {
        MysqlServer source = role.replicationSource();
        execute(
            MysqlReplication.statements(program.version(), source, source.host(), source.port()));
      }
      execute("SET GLOBAL super_read_only = ON");
    }
  }

  /** The file holds passwords and is needed once. */
  private void deleteFirstStatements() {
    try {
      Files.deleteIfExists(firstStatementsFile());
    } catch (IOException e) {
      throw new StackException("cannot delete " + firstStatementsFile(), e);
    }
  }
}
