package dev.sluice.schemas.pause;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PausePointsTest {

  @TempDir Path directory;

  @Test
  void aNamedPointWaitsUntilItMayGo() throws Exception {
    PausePoints points =
        PausePoints.fromEnvironment(
            Map.of("SLUICE_PAUSE", "ONE,TWO", "SLUICE_PAUSE_DIR", directory.toString()));

    CompletableFuture<Void> passed = CompletableFuture.runAsync(() -> points.at("TWO"));
    await().until(() -> Files.exists(directory.resolve("TWO.reached")));
    assertThat(passed).isNotDone();

    Files.writeString(directory.resolve("TWO.go"), "");
    await().until(passed::isDone);
    points.at("THREE");
    assertThat(directory.resolve("THREE.reached")).doesNotExist();
  }

  @Test
  void pointsWithoutDirectoryAreRefused() {
    assertThatThrownBy(() -> PausePoints.fromEnvironment(Map.of("SLUICE_PAUSE", "ONE")))
        .hasMessageContaining("SLUICE_PAUSE_DIR");
  }
}
