package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.OtherMysql;
import dev.sluice.tests.stack.ProjectHome;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Moves between versions of MySQL. The table of docs/operating/versions.md holds what happens;
 * {@code -Dversions.write=true} writes it anew.
 */
@ExtendWith(SharedStack.class)
class VersionsTest {

  private static final String OLDEST = "5.7.22";
  private static final List<String> VERSIONS = List.of(OLDEST, "8.0.12", "9.7");

  /** Collations that every version has. */
  private static final String PORTABLE = "DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_general_ci";

  /** Whatever the version takes by default. */
  private static final String OWN = "";

  private static final String BEGIN = "<!-- pairs: written by VersionsTest -->";
  private static final String END = "<!-- end of pairs -->";

  private final Path page = ProjectHome.find().resolve("docs/operating/versions.md");

  @Test
  @Tag("e2e")
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void theOldestVersionMovesToTheNewest(Stack stack) throws Exception {
    try (OtherMysql source = OtherMysql.start(stack, "oldest", OLDEST)) {
      String outcome = new VersionPairs(stack).move(source.server(), stack.target("-80"), PORTABLE);

      assertThat(Files.readString(page)).contains(row(OLDEST, "9.7", outcome, ""));
    }
  }

  @Test
  @Tag("soak")
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void everyPairDoesWhatTheTableSays(Stack stack) throws Exception {
    Map<String, OtherMysql> servers = new LinkedHashMap<>();
    try {
      for (String version : VERSIONS) {
        servers.put("from " + version, OtherMysql.start(stack, "from-" + version, version));
        servers.put("to " + version, OtherMysql.start(stack, "to-" + version, version));
      }
      List<String> rows = new ArrayList<>();
      VersionPairs pairs = new VersionPairs(stack);
      for (String from : VERSIONS) {
        for (String to : VERSIONS) {
          MysqlServer source = servers.get("from " + from).server();
          MysqlServer target = servers.get("to " + to).server();
          rows.add(
              row(
                  from,
                  to,
                  pairs.move(source, target, PORTABLE),
                  pairs.move(source, target, OWN) + " |"));
        }
      }
      compareOrWrite(String.join("\n", rows));
    } finally {
      servers.values().forEach(OtherMysql::close);
    }
  }

  private static String row(String from, String to, String portable, String own) {
    return "| " + from + " | " + to + " | " + portable + " | " + own;
  }

  private void compareOrWrite(String rows) throws Exception {
    String text = Files.readString(page);
    int begin = text.indexOf("|---|", text.indexOf(BEGIN));
    int table = text.indexOf('\n', begin) + 1;
    int end = text.indexOf(END);
    assertThat(end).isGreaterThan(table);
    if (Boolean.getBoolean("versions.write")) {
      Files.writeString(page, text.substring(0, table) + rows + "\n" + text.substring(end));
    } else {
      assertThat(text.substring(table, end).strip()).isEqualTo(rows);
    }
  }
}
