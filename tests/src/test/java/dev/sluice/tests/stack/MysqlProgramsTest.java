package dev.sluice.tests.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("stack")
class MysqlProgramsTest {
  @TempDir private Path directory;

  /** A way that leads nowhere or to a given program. */
  private record FixedWay(String description, MysqlProgram program) implements MysqlPrograms.Way {
    @Override
    public MysqlProgram find() throws IOException {
      if (program == null) {
        throw new IOException("nothing " + description);
      }
      return program;
    }
  }

  private static MysqlProgram program(String origin) {
    return new MysqlProgram(List.of("mysqld"), Map.of(), "9.7.4-2", null, origin);
  }

  @Test
  void theFirstWayThatLeadsToAProgramIsTaken() {
    MysqlPrograms programs =
        new MysqlPrograms(
            List.of(
                new FixedWay("here", null),
                new FixedWay("there", program("there")),
                new FixedWay("elsewhere", program("elsewhere"))));

    assertThat(programs.find().origin()).isEqualTo("there");
  }

  @Test
  void whenNoWayLeadsAnywhereEveryReasonIsGiven() {
    MysqlPrograms programs =
        new MysqlPrograms(List.of(new FixedWay("here", null), new FixedWay("there", null)));

    assertThatThrownBy(programs::find)
        .isInstanceOf(StackException.class)
        .hasMessageContaining("nothing here")
        .hasMessageContaining("nothing there");
  }

  @Test
  void aConfiguredProgramThatIsNotMysqlIsRefused() throws IOException {
    Path script = script("echo 'mariadbd  Ver 11.4.2-MariaDB for Linux'");

    assertThatThrownBy(() -> new InstalledMysql(script.toString()).find())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("it is not MySQL: mariadbd");
  }

  @Test
  void aConfiguredProgramThatDoesNotRunIsRefused() throws IOException {
    Path script = script("echo 'libaio.so.1: cannot open shared object file'; exit 127");

    assertThatThrownBy(() -> new InstalledMysql(script.toString()).find())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("libaio.so.1");
  }

  @Test
  void aConfiguredProgramIsTakenWithItsVersion() throws IOException {
    Path script =
        script("echo '/usr/sbin/mysqld  Ver 8.4.3 for Linux on x86_64 (Source distribution)'");

    MysqlProgram found = new InstalledMysql(script.toString()).find();

    assertThat(found.version()).isEqualTo("8.4.3");
    assertThat(found.majorVersion()).isEqualTo(8);
  }

  private Path script(String body) throws IOException {
    Path file = directory.resolve("mysqld");
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }
}
