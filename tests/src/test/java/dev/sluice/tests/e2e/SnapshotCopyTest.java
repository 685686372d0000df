package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.capture.CapturePausePoints;
import dev.sluice.schemas.journal.CopyProgress;
import dev.sluice.schemas.journal.CopyProgress.TableProgress;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.registry.ConfluentSchemaIds;
import dev.sluice.schemas.registry.RegistrySettings;
import dev.sluice.tests.compare.JournalReader;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * {@code copy: debezium-snapshot} under live writes: killed in the middle it begins again from
 * zero, and both sides end equal.
 */
@Tag("e2e")
@ExtendWith(SharedStack.class)
class SnapshotCopyTest {

  private static final SampleSize SIZE = new SampleSize(5_000, 20_000, 100, 5);

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aSnapshotKilledInItsMiddleBeginsAgainAndEndsEqual(Stack stack, StackScope scope)
      throws Exception {
    try (Move move = Move.of(stack, scope, SIZE)) {
      move.write(100);
      String roles = Layout.ALL_IN_ONE.processes().get(0);
      SluiceProcess first =
          move.processes.start(roles, CapturePausePoints.COPY_AFTER_COMMIT).awaitUp();
      move.create(Map.of("copy", "debezium-snapshot"));
      move.awaitPaused(first, CapturePausePoints.COPY_AFTER_COMMIT);
      List<CopyProgress> before = progress(move);
      assertThat(before).isNotEmpty();
      long copied = rows(before.get(before.size() - 1));
      assertThat(before.get(before.size() - 1).complete())
          .as("killed in the middle, after %s rows", copied)
          .isFalse();
      move.awaitWrites(30);

      move.processes.replace(roles).awaitUp();
      move.awaitState("running").awaitWrites(100);

      Verdict.everythingIsEqual(move);
      List<CopyProgress> after = progress(move).subList(before.size(), progress(move).size());
      long total = rows(after.get(after.size() - 1));
      assertThat(total).as("the second snapshot read every row").isGreaterThan(SIZE.customers());
      assertThat(after.get(after.size() - 1).complete()).isTrue();
      assertThat(rows(after.get(0)))
          .as("it did not go on where the first one was")
          .isLessThan(total);
      move.cancel();
    }
  }

  private static List<CopyProgress> progress(Move move) {
    KafkaSettings kafka =
        new KafkaSettings(
            move.stack.kafka().bootstrapServers(),
            Map.of(),
            KafkaSettings.DEFAULT_RECORD_MAX_BYTES);
    ConfluentSchemaIds ids =
        new ConfluentSchemaIds(new RegistrySettings(move.stack.registry().url(), Map.of()));
    return new JournalReader(kafka, ids)
        .cuts(move.topics().journal(), 0).stream()
            .map(entry -> entry.cut().copyProgress())
            .filter(Objects::nonNull)
            .toList();
  }

  private static long rows(CopyProgress progress) {
    return progress.tables().stream().mapToLong(TableProgress::rowsCopied).sum();
  }
}
