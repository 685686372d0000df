package dev.sluice.tests.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fetches each kind of server program anew and starts it: too much traffic for every build. */
@Tag("soak")
class MysqlWaysTest {
  @TempDir private Path directory;

  @Test
  void theProgramFromDebianPackagesRuns() throws Exception {
    assumeThat(Commands.onPath("apt-get")).isPresent();

    assertThat(startAndAskVersion(new DebianMysql(StackCache.at(directory.resolve("cache")))))
        .startsWith("9.");
  }

  @Test
  void theProgramFromTheMavenRepositoryRuns() throws Exception {
    assertThat(startAndAskVersion(new RepositoryMysql(StackCache.at(directory.resolve("cache")))))
        .isEqualTo("8.0.12");
  }

  private String startAndAskVersion(MysqlPrograms.Way way) throws Exception {
    MysqlProgram program = way.find();
    Ports ports = new Ports(0);
    LocalMysql source = server("source", ports, program, null);
    LocalMysql replica = server("source/replica", ports, program, source);
    try {
      source.start();
      replica.start();
      source.execute("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)");
      source.kill();
      source.start();
      return version(source);
    } finally {
      replica.kill();
      source.kill();
    }
  }

  private LocalMysql server(String name, Ports ports, MysqlProgram program, LocalMysql source)
      throws IOException {
    MysqlDataTemplate template =
        new MysqlDataTemplate(StackCache.at(directory.resolve("cache")), program);
    LocalMysql.Role role = new LocalMysql.Role("commerce", List.of("commerce"), List.of(), source);
    return new LocalMysql(
        name,
        ports.take(),
        directory.resolve("stack"),
        program,
        template,
        new MysqlAccounts("a1", "b2"),
        role);
  }

  private static String version(MysqlServer server) throws Exception {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT SUBSTRING_INDEX(VERSION(), '-', 1) FROM t WHERE id = 1")) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }
}
