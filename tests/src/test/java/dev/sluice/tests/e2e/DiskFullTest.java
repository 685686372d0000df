package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A target shard's tables lie on a small file system, which fills up in mid-copy. */
@Tag("soak")
@ExtendWith(SharedStack.class)
class DiskFullTest {

  private static final String SHARD = "-80";

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aFullTargetDiskIsSaidAndTheMoveGoesOnWhenThereIsRoom(Stack stack, StackScope scope)
      throws Exception {
    Path data = dataDirectory(stack, scope);
    assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=48m,mode=777", "tmpfs", data.toString()));
    try {
      Path ballast = data.resolve("ballast");
      fill(ballast, 36 << 20);
      try (Move move = Move.of(stack, scope, new SampleSize(10_000, 60_000, 100, 3))) {
        move.write(40).start(Layout.ALL_IN_ONE).create();
        move.awaitThat(
            "the full disk is said",
            () -> move.status().path("error").path("code").asText().equals("TARGET_DISK_FULL"));
        assertThat(move.status().path("state").asText()).isEqualTo("copying");
        assertThat(OperatorFaultsTest.statusVerb(move)).isEqualTo(1);
        move.awaitWrites(100);

        Files.delete(ballast);

        move.awaitState("running");
        OperatorFaultsTest.awaitRecovered(move);
        Verdict.everythingIsEqual(move);
        move.cancel();
      }
    } finally {
      stack.target(SHARD).execute("DROP SCHEMA IF EXISTS `" + scope.targetSchema() + "`");
      run("umount", "-l", data.toString());
    }
  }

  /** The schema's own directory: tables are made in it. */
  private static Path dataDirectory(Stack stack, StackScope scope) {
    return stack
        .directory()
        .resolve("data")
        .resolve("target_" + SHARD)
        .resolve("data")
        .resolve(scope.targetSchema());
  }

  private static void fill(Path file, int bytes) throws IOException {
    byte[] block = new byte[1 << 20];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int written = 0; written < bytes; written += block.length) {
        out.write(block);
      }
    }
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(List.of(command)).inheritIO().start().waitFor() == 0;
  }
}
