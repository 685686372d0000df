package dev.sluice.tests.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.apply.ApplyPausePoints;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.StackScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody changes the tables that an applier writes, where only the applier writes: what the
 * server would do without an error must not cost a row or a value.
 */
@Tag("apply")
@ExtendWith(SharedStack.class)
class ChangedTablesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private ApplyFixture fixture;

  @BeforeEach
  void open(StackScope scope) {
    fixture = new ApplyFixture(scope);
    fixture.table("people", "id INT PRIMARY KEY, name VARCHAR(40), seat INT NULL").topics();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static Object[] person(long id, String name, long seat) {
    return new Object[] {id, new Utf8(name), seat};
  }

  private List<String> people() {
    return fixture.rows("SELECT id, CONCAT('[', name, ']'), seat FROM people ORDER BY id");
  }

  @Test
  void aUniqueKeyThatIsAddedInTheMiddleOfATransactionDeletesNoRow() throws IOException {
    TestStream stream = fixture.stream(0);
    stream.consistent().cut();
    stream.create("people", person(1, "Ada", 5)).create("people", person(2, "Bob", 5)).cut();
    ApplyFixture.Running applier =
        fixture.start(ApplyPausePoints.APPLY_AFTER_CHECKPOINT, directory);
    Path reached = directory.resolve(ApplyPausePoints.APPLY_AFTER_CHECKPOINT + ".reached");
    await().atMost(PATIENCE).until(() -> Files.exists(reached));

    fixture.execute("ALTER TABLE people ADD UNIQUE KEY by_seat (seat)");
    Files.writeString(directory.resolve(ApplyPausePoints.APPLY_AFTER_CHECKPOINT + ".go"), "");

    SluiceException first = applier.failure();
    assertThat(first.code()).as(first.getMessage()).isEqualTo(ErrorCode.MYSQL_CONTENTION);
    SluiceException second = fixture.start().failure();
    assertThat(second.code()).as(second.getMessage()).isEqualTo(ErrorCode.TARGET_REFUSED_ROW);
    assertThat(second.getMessage()).contains("by_seat");
    assertThat(people()).isEmpty();

    fixture.execute("ALTER TABLE people DROP KEY by_seat");
    fixture.start();
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(people()).containsExactly("1|[Ada]|5", "2|[Bob]|5"));
  }

  /** The key that is usual on shards: the server would take the newer row beside the older one. */
  @Test
  void aTableWithoutAKeyOverTheRowsKeyTakesNoRow() {
    TestStream stream = fixture.stream(0);
    stream.create("people", person(1, "Ada", 5)).consistent();
    long cut = stream.cut();
    ApplyFixture.Running before = fixture.start();
    fixture.awaitCut(cut);
    before.stop();

    fixture.execute(
        "ALTER TABLE people MODIFY seat INT NOT NULL, DROP PRIMARY KEY, ADD PRIMARY KEY (seat, id)");
    stream.update("people", person(1, "Ada", 6)).cut();
    SluiceException failure = fixture.start().failure();
    assertThat(failure.code()).as(failure.getMessage()).isEqualTo(ErrorCode.DDL_STOPPED);
    assertThat(failure.getMessage()).contains("people", "no unique key over [id]");
    assertThat(people()).containsExactly("1|[Ada]|5");

    fixture.execute("ALTER TABLE people ADD UNIQUE KEY (id)");
    fixture.start();
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(people()).containsExactly("1|[Ada]|6"));
  }

  @Test
  void aColumnThatWouldChangeValuesStopsTheApplierUntilItFitsAgain() {
    TestStream stream = fixture.stream(0);
    stream.create("people", person(1, "Ada ", 1)).consistent();
    long cut = stream.cut();
    ApplyFixture.Running applier = fixture.start();
    fixture.awaitCut(cut);

    fixture.execute("ALTER TABLE people MODIFY name CHAR(40)");
    // it is noticed within a second or two; what had been written before stays as it was
    long[] id = {1};
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              stream.create("people", person(++id[0], "Bob", 2)).cut();
              return applier.hasEnded();
            });
    SluiceException failure = applier.failure();
    assertThat(failure.code()).isEqualTo(ErrorCode.DDL_STOPPED);
    assertThat(failure.getMessage()).contains("people", "name", "char(40)", "varchar(40)");

    fixture.execute("ALTER TABLE people MODIFY name VARCHAR(40)");
    stream.create("people", person(1_000, "Cyd ", 3));
    stream.cut();
    fixture.start();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(people()).hasSize((int) id[0] + 1).contains("1000|[Cyd ]|3"));
  }
}
