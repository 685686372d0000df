package dev.sluice.tests.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.apply.ApplyPausePoints;
import dev.sluice.apply.core.ApplyLimits;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.workflow.TablePlan.DeferredIndex;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.StackScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.avro.util.Utf8;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Owners that freeze, and what a successor finds, at every pause point of the applier. */
@Tag("apply")
@ExtendWith(SharedStack.class)
class ApplierOwnershipTest {

  @TempDir Path directory;

  private ApplyFixture fixture;

  @BeforeEach
  void open(StackScope scope) {
    fixture = new ApplyFixture(scope).limits(ApplyLimits.defaults().withPiece(100, 1 << 20));
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static Object[] row(long id, String name) {
    return new Object[] {id, new Utf8(name)};
  }

  private void awaitReached(String point) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Files.exists(directory.resolve(point + ".reached")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ApplyPausePoints.APPLY_OWNED,
        ApplyPausePoints.APPLY_BEFORE_CHECKPOINT,
        ApplyPausePoints.APPLY_AFTER_CHECKPOINT,
        ApplyPausePoints.APPLY_AFTER_ROWS,
        ApplyPausePoints.APPLY_BEFORE_COMMIT,
        ApplyPausePoints.APPLY_AFTER_COMMIT,
        ApplyPausePoints.APPLY_COPY_PIECE_COMMITTED
      })
  void anOwnerThatFreezesIsReplacedAndChangesNothingWhenItWakesUp(String point) throws IOException {
    fixture
        .table("people", "id INT PRIMARY KEY, name VARCHAR(40), UNIQUE KEY by_name (name)")
        .topics();
    TestStream stream = fixture.stream(0);
    for (int id = 0; id < 1_000; id++) {
      stream.read("people", row(id, "copied" + id));
    }
    stream.copyCut();
    stream.consistent().cut();
    for (int id = 0; id < 500; id++) {
      stream.update("people", row(id, "updated" + id));
    }
    stream.delete("people", row(999, ""));
    final long last = stream.cut();

    ApplyFixture.Running frozen = fixture.start(point, directory);
    awaitReached(point);
    fixture.start();
    fixture.awaitCut(last);
    List<String> before = fixture.rows("SELECT id, name FROM people ORDER BY id");
    Files.writeString(directory.resolve(point + ".go"), "");

    assertThat(frozen.failure().code()).isEqualTo(ErrorCode.FENCED);
    assertThat(fixture.rows("SELECT id, name FROM people ORDER BY id")).isEqualTo(before);
    assertThat(fixture.rows("SELECT COUNT(*), SUM(name LIKE 'updated%') FROM people"))
        .containsExactly("999|500");
    assertThat(fixture.appliedCut()).isEqualTo(last);
    assertThat(fixture.checkpoint("-").orElseThrow().ownerEpoch()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {ApplyPausePoints.APPLY_BEFORE_INDEX, ApplyPausePoints.APPLY_AFTER_INDEX})
  void deferredIndexesAreAddedOnceWhoeverAddsThem(String point) throws IOException {
    fixture
        .table(
            "people",
            "id INT PRIMARY KEY, name VARCHAR(40)",
            new DeferredIndex("by_name", "ADD KEY `by_name` (`name`)"),
            new DeferredIndex("by_both", "ADD KEY `by_both` (`name`, `id`)"))
        .topics();
    TestStream stream = fixture.stream(0);
    stream.read("people", row(1, "Ada")).copyCut();
    long consistent = stream.consistent().cut();

    ApplyFixture.Running frozen = fixture.start(point, directory);
    awaitReached(point);
    assertThat(frozen.status().indexing()).containsExactly("people");
    ApplyFixture.Running successor = fixture.start();
    fixture.awaitCut(consistent);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> successor.status().indexing().isEmpty());
    Files.writeString(directory.resolve(point + ".go"), "");

    assertThat(frozen.failure().code()).isEqualTo(ErrorCode.FENCED);
    assertThat(
            fixture.rows(
                "SELECT INDEX_NAME, COUNT(*) FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE()"
                    + " AND TABLE_NAME = 'people' GROUP BY INDEX_NAME ORDER BY INDEX_NAME"))
        .containsExactly("by_both|2", "by_name|1", "PRIMARY|1");
  }

  @Test
  void indexesWaitUntilTheStreamIsConsistent() {
    fixture
        .table(
            "people",
            "id INT PRIMARY KEY, name VARCHAR(40)",
            new DeferredIndex("by_name", "ADD KEY `by_name` (`name`)"))
        .topics();
    TestStream stream = fixture.stream(0);
    long copied = stream.read("people", row(1, "Ada")).copyCut();

    ApplyFixture.Running applier = fixture.start();
    fixture.awaitCut(copied);
    assertThat(applier.status().indexing()).containsExactly("people");
    fixture.awaitCut(stream.consistent().cut());

    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> applier.status().indexing().isEmpty());
    assertThat(fixture.rows("SHOW KEYS FROM people")).hasSize(2);
  }
}
