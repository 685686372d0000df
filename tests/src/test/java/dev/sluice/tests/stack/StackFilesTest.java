package dev.sluice.tests.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("stack")
class StackFilesTest {
  @TempDir private Path directory;

  @Test
  void aCacheEntryIsFilledOnce() {
    StackCache cache = StackCache.at(directory);
    AtomicInteger fills = new AtomicInteger();
    StackCache.Filler filler =
        entry -> Files.writeString(entry.resolve("f"), "x" + fills.incrementAndGet());

    cache.entry("e", filler);
    Path entry = cache.entry("e", filler);

    assertThat(entry.resolve("f")).hasContent("x1");
  }

  @Test
  void aCacheEntryThatCouldNotBeFilledIsNotThere() {
    StackCache cache = StackCache.at(directory);

    assertThatThrownBy(
            () ->
                cache.entry(
                    "e",
                    entry -> {
                      Files.writeString(entry.resolve("half"), "x");
                      throw new IOException("broke off");
                    }))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("broke off");

    assertThat(directory.resolve("e")).doesNotExist();
    assertThat(cache.entry("e", entry -> Files.writeString(entry.resolve("whole"), "x")))
        .isDirectoryNotContaining("glob:**half");
  }

  @Test
  void aDirectoryBelongsToOneStackAtATime() {
    try (StackDirectory held = StackDirectory.take(directory.resolve("s"))) {
      assertThat(held).isNotNull();
      assertThat(StackDirectory.holderOf(directory.resolve("s")))
          .hasValue(ProcessHandle.current().pid());
      assertThatThrownBy(() -> StackDirectory.take(directory.resolve("s")))
          .isInstanceOf(StackException.class);
    }
    assertThat(StackDirectory.holderOf(directory.resolve("s"))).isEmpty();
    StackDirectory.take(directory.resolve("s")).close();
  }

  @Test
  void dataOfStacksThatAreGoneIsDeletedAndTheirLogsStay() throws IOException {
    Path gone = directory.resolve("gone");
    StackDirectory.take(gone).close();
    Files.createDirectories(gone.resolve("data/mysql"));
    Files.writeString(gone.resolve("logs/mysql.log"), "last words");

    try (StackDirectory next = StackDirectory.take(directory.resolve("next"))) {
      assertThat(next).isNotNull();
    }

    assertThat(gone.resolve("data")).doesNotExist();
    assertThat(gone.resolve("logs/mysql.log")).hasContent("last words");
  }

  @Test
  void oldTestRunsGoWhole() throws IOException {
    for (int run = 1; run <= 13; run++) {
      Path logs = Files.createDirectories(directory.resolve("test-" + run).resolve("logs"));
      Files.createFile(logs.resolveSibling("lock"));
      Files.setLastModifiedTime(logs, FileTime.fromMillis(1_000_000L * run));
    }
    try (StackDirectory living = StackDirectory.take(directory.resolve("test-1"));
        StackDirectory next = StackDirectory.take(directory.resolve("dev"))) {
      assertThat(living).isNotNull();
      assertThat(next).isNotNull();
    }

    assertThat(directory.resolve("test-1")).as("lives").isDirectory();
    assertThat(directory.resolve("test-2")).doesNotExist();
    assertThat(directory.resolve("test-3")).doesNotExist();
    assertThat(directory.resolve("test-4")).isDirectory();
    assertThat(directory.resolve("dev")).isDirectory();
  }

  @Test
  void aPortThatAnotherProcessClaimedIsNotHandedOut() throws Exception {
    Ports ports = new Ports(0);
    int mine = ports.take();

    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Claimer.class.getName(),
                String.valueOf(mine))
            .inheritIO()
            .start();

    assertThat(other.waitFor()).as("1 + whether the other process got it").isEqualTo(1);
  }

  /** Another process that claims the port which its argument names. */
  static final class Claimer {
    private Claimer() {}

    public static void main(String[] arguments) {
      System.exit(new PortClaims().claim(Integer.parseInt(arguments[0])) ? 2 : 1);
    }
  }

  @Test
  void portsAreFreeAndHandedOutOnce() {
    Ports ports = new Ports(0);

    assertThat(IntStream.range(0, 20).mapToObj(unused -> ports.take()).toList())
        .doesNotHaveDuplicates()
        .allSatisfy(port -> assertThat(port).isBetween(20_000, 31_999));
  }

  @Test
  void schemaNamesInGrantsAreNotPatternsByAccident() {
    MysqlAccounts accounts = new MysqlAccounts("a", "b");

    assertThat(accounts.firstStatements("9.7.4", "commerce", List.of("commerce")))
        .anyMatch(sql -> sql.contains("ON `\\_sluice`.* TO"))
        .anyMatch(sql -> sql.contains("ON `commerce\\_%`.* TO"));
  }
}
