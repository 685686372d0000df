package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.tests.stack.OtherMysql;
import dev.sluice.tests.stack.ProjectHome;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Moves between versions of MySQL; the table of docs/operating/versions.md says what happens. */
@ExtendWith(SharedStack.class)
class VersionsTest {

  private static final String OLDEST = "5.7.22";

  /** Collations that every version has. */
  private static final String PORTABLE = "DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_general_ci";

  private final Path page = ProjectHome.find().resolve("docs/operating/versions.md");

  @Test
  @Tag("e2e")
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void theOldestVersionMovesToTheNewest(Stack stack) throws Exception {
    try (OtherMysql source = OtherMysql.start(stack, "oldest", OLDEST)) {
      String outcome = new VersionPairs(stack).move(source.server(), stack.target("-80"), PORTABLE);

      assertThat(Files.readString(page)).contains(row(OLDEST, "9.7", outcome));
    }
  }

  private static String row(String from, String to, String outcome) {
    return "| " + from + " | " + to + " | " + outcome + " |";
  }
}
