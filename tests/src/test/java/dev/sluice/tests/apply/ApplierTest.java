package dev.sluice.tests.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.apply.core.ApplyLimits;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.StackScope;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.util.Utf8;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The applier on a real broker, registry and server, fed by a journal that the test writes. */
@Tag("apply")
@ExtendWith(SharedStack.class)
class ApplierTest {

  private static final String PEOPLE = "id INT PRIMARY KEY, name VARCHAR(40), seat INT NULL";

  private ApplyFixture fixture;

  @BeforeEach
  void open(StackScope scope) {
    fixture = new ApplyFixture(scope);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static Object[] person(long id, String name, long seat) {
    return new Object[] {id, new Utf8(name), seat};
  }

  private List<String> people() {
    return fixture.rows("SELECT id, name, seat FROM people ORDER BY id");
  }

  @Test
  void copiedRowsAndStreamedChangesArriveInOrder() {
    fixture.table("people", PEOPLE).topics();
    TestStream stream = fixture.stream(0);
    stream.cut();
    stream.read("people", person(1, "Ada", 1)).read("people", person(2, "Bob", 2)).copyCut();
    stream.consistent().cut();
    stream
        .create("people", person(3, "Cyd", 3))
        .update("people", person(1, "Ada'\\\n\tü€𝄞", 9))
        .delete("people", person(2, "Bob", 2));
    long last = stream.cut();

    ApplyFixture.Running applier = fixture.start();
    fixture.awaitCut(last);

    assertThat(people()).containsExactly("1|Ada'\\\n\tü€𝄞|9", "3|Cyd|3");
    assertThat(applier.status().state()).isEqualTo("applying");
  }

  @Test
  void aRestartGoesOnFromTheCheckpointUnderANewEpoch() {
    fixture.table("people", PEOPLE).topics();
    TestStream stream = fixture.stream(0);
    stream.create("people", person(1, "Ada", 1)).cut();
    long first = stream.consistent().cut();
    ApplyFixture.Running old = fixture.start();
    fixture.awaitCut(first);
    old.stop();
    stream.nextEpoch();
    stream.create("people", person(2, "Bob", 2)).orphans();
    stream.create("people", person(3, "Cyd", 3)).delete("people", person(1, "Ada", 1));
    long last = stream.cut();

    fixture.start();
    fixture.awaitCut(last);

    assertThat(people()).containsExactly("3|Cyd|3");
    assertThat(fixture.checkpoint("-").orElseThrow().ownerEpoch()).isEqualTo(2);
  }

  @Test
  void aTransactionLargerThanAPieceIsAppliedWhole() {
    fixture.limits(ApplyLimits.defaults().withPiece(50, 1 << 20));
    fixture.table("people", PEOPLE).topics();
    TestStream stream = fixture.stream(0);
    stream.consistent().cut();
    for (int id = 0; id < 1_000; id++) {
      stream.create("people", person(id, "n" + id, id));
      if (id == 500) {
        stream.kafkaCommitWithoutCut();
      }
    }
    for (int id = 0; id < 1_000; id += 2) {
      stream.delete("people", person(id, "", 0));
    }
    long last = stream.cut();

    fixture.start();
    fixture.awaitCut(last);

    assertThat(fixture.rows("SELECT COUNT(*), SUM(id) FROM people")).containsExactly("500|250000");
  }

  @Test
  void uniqueValuesMayWanderWithinAndAcrossPieces() {
    fixture.limits(ApplyLimits.defaults().withPiece(3, 1 << 20));
    fixture.table("people", PEOPLE + ", UNIQUE KEY by_seat (seat)").topics();
    TestStream stream = fixture.stream(0);
    for (int id = 0; id < 10; id++) {
      stream.create("people", person(id, "n", id));
    }
    stream.consistent().cut();
    // everybody moves one seat on: the last one steps aside first, as the source must do it
    stream.update("people", person(9, "n", 100));
    for (int id = 8; id >= 0; id--) {
      stream.update("people", person(id, "n", id + 1));
    }
    stream.update("people", person(9, "n", 0));
    stream.cut();
    stream.update("people", person(3, "n", -1)).cut();
    stream.update("people", person(4, "n", 4)).update("people", person(3, "n", 5));
    long last = stream.cut();

    fixture.start();
    fixture.awaitCut(last);

    assertThat(fixture.rows("SELECT seat FROM people ORDER BY id"))
        .containsExactly("1", "2", "3", "5", "4", "6", "7", "8", "9", "0");
  }

  @Test
  void aClashWithAForeignRowIsFatalNamesBothKeysAndCommitsNothing() {
    fixture.table("people", PEOPLE + ", UNIQUE KEY by_seat (seat)").topics();
    TestStream stream = fixture.stream(0);
    stream.consistent().cut();
    fixture.execute("INSERT INTO people VALUES (77, 'foreign', 5)");
    stream.create("people", person(1, "Ada", 4)).create("people", person(2, "Bob", 5)).cut();

    SluiceException failure = fixture.start().failure();

    assertThat(failure.code()).isEqualTo(ErrorCode.TARGET_REFUSED_ROW);
    assertThat(failure).hasMessageContaining("people").hasMessageContaining("(2)");
    assertThat(failure).hasMessageContaining("(77)").hasMessageContaining("by_seat");
    assertThat(people()).containsExactly("77|foreign|5");
    assertThat(fixture.appliedCut()).isEqualTo(1);
  }

  @Test
  void beforeConsistentTheNewestImageWins() {
    fixture.table("people", PEOPLE + ", UNIQUE KEY by_seat (seat)").topics();
    TestStream stream = fixture.stream(0);
    List<Object[]> copied = new ArrayList<>();
    for (int id = 0; id < 300; id++) {
      copied.add(person(id, "old", id));
    }
    copied.forEach(row -> stream.read("people", row));
    stream.copyCut();
    stream.read("people", person(500, "taker", 7)).copyCut();
    stream.update("people", person(7, "moved", 8_000));
    long last = stream.consistent().cut();

    fixture.start();
    fixture.awaitCut(last);

    assertThat(fixture.rows("SELECT COUNT(*) FROM people")).containsExactly("301");
    assertThat(fixture.rows("SELECT name FROM people WHERE seat IN (7, 8000) ORDER BY seat"))
        .containsExactly("taker", "moved");
  }

  @Test
  void aLostCutStopsTheApplier() {
    fixture.table("people", PEOPLE).topics();
    TestStream stream = fixture.stream(0);
    stream.create("people", person(1, "Ada", 1)).cut();
    stream.loseACut();
    stream.create("people", person(2, "Bob", 2)).cut();

    SluiceException failure = fixture.start().failure();

    assertThat(failure.code()).isEqualTo(ErrorCode.JOURNAL_GAP);
    assertThat(people()).isEmpty();
  }
}
