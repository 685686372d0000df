package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.OtherMysql;
import dev.sluice.tests.stack.ProjectHome;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Moves between versions of MySQL. The table of docs/operating/versions.md holds what happens;
 * {@code -Dversions.write=true} writes its rows anew.
 */
@ExtendWith(SharedStack.class)
class VersionsTest {

  private static final String OLDEST = "5.7.22";
  private static final String NEWEST = "9.7";
  private static final List<String> VERSIONS = List.of(OLDEST, "8.0.12", NEWEST);

  /** Collations that every version has. */
  private static final String PORTABLE = "DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_general_ci";

  /** Whatever the version takes by default. */
  private static final String OWN = "";

  private final Path page = ProjectHome.find().resolve("docs/operating/versions.md");

  @Test
  @Tag("e2e")
  @Timeout(value = 15, unit = TimeUnit.MINUTES) // the first time, the server is fetched
  void theOldestVersionMovesToTheNewest(Stack stack) throws Exception {
    try (OtherMysql source = OtherMysql.start(stack, "oldest", OLDEST)) {
      String outcome = new VersionPairs(stack).move(source.server(), stack.target("-80"), PORTABLE);

      assertThat(rowOf(OLDEST, NEWEST)).startsWith(beginning(OLDEST, NEWEST) + outcome + " |");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {OLDEST, "8.0.12", NEWEST})
  @Tag("soak")
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void everyPairDoesWhatTheTableSays(String from, Stack stack) throws Exception {
    VersionPairs pairs = new VersionPairs(stack);
    try (OtherMysql source = OtherMysql.start(stack, "from-" + from, from)) {
      for (String to : VERSIONS) {
        try (OtherMysql target = OtherMysql.start(stack, "to-" + to, to)) {
          MysqlServer reads = source.server();
          MysqlServer writes = target.server();
          compareOrWrite(
              from,
              to,
              beginning(from, to)
                  + pairs.move(reads, writes, PORTABLE)
                  + " | "
                  + pairs.move(reads, writes, OWN)
                  + " |");
        }
      }
    }
  }

  private static String beginning(String from, String to) {
    return "| " + from + " | " + to + " | ";
  }

  private String rowOf(String from, String to) throws IOException {
    return Files.readAllLines(page).stream()
        .filter(line -> line.startsWith(beginning(from, to)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no row " + from + " to " + to + " in " + page));
  }

  private void compareOrWrite(String from, String to, String row) throws IOException {
    if (Boolean.getBoolean("versions.write")) {
      Files.writeString(page, Files.readString(page).replace(rowOf(from, to), row));
    } else {
      assertThat(rowOf(from, to)).isEqualTo(row);
    }
  }
}
