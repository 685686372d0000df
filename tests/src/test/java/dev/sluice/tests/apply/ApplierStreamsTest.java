package dev.sluice.tests.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.apply.core.ApplyLimits;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.StackScope;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several streams into one shard, and what lag tools see. */
@Tag("apply")
@ExtendWith(SharedStack.class)
class ApplierStreamsTest {

  private static final String MEMBERS =
      "id INT PRIMARY KEY, tenant INT NOT NULL, seat INT NULL, UNIQUE KEY by_seat (seat)";

  /** Tenants of the shards -80 and 80-, by the vindex's vectors. */
  private static final long LOW = 1;

  private static final long HIGH = 2;

  private ApplyFixture fixture;

  @BeforeEach
  void open(StackScope scope) {
    fixture = new ApplyFixture(scope);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private static Object[] member(long id, long tenant, long seat) {
    return new Object[] {id, tenant, seat};
  }

  private List<String> members() {
    return fixture.rows("SELECT id, tenant, seat FROM members ORDER BY id");
  }

  private void awaitPlaces(ApplyFixture.Running applier, long low, long high) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              applier.throwFailure();
              return cut("-80") >= low && cut("80-") >= high;
            });
  }

  private long cut(String stream) {
    return fixture.checkpoint(stream).map(c -> c.cut()).orElse(0L);
  }

  @Test
  void aStreamTouchesOnlyRowsOfItsOwnShard() {
    fixture.sourceShards("-80", "80-").table("members", MEMBERS).topics();
    TestStream low = fixture.stream(0);
    TestStream high = fixture.stream(1);
    low.read("members", member(1, LOW, 1)).copyCut();
    high.read("members", member(2, HIGH, 2)).copyCut();
    final ApplyFixture.Running applier = fixture.start();
    awaitPlaces(applier, 1, 1);

    // row 2 went from low to high long ago; low's own delete of it must not hit high's row
    low.delete("members", member(2, LOW, 2)).update("members", member(1, LOW, 3)).cut();
    awaitPlaces(applier, 2, 1);

    assertThat(members()).containsExactly("1|1|3", "2|2|2");
  }

  /** 3,125 rows in a key that is ordered by an ENUM's numbers and by a collation. */
  @Test
  void aStreamThatIsCopiedAgainEmptiesWhatItBroughtAndNothingElse() {
    fixture
        .sourceShards("-80", "80-")
        .table(
            "members",
            "kind ENUM('b', 'a', 'c') NOT NULL, tenant INT NOT NULL,"
                + " name VARCHAR(20) COLLATE utf8mb4_0900_ai_ci NOT NULL, PRIMARY KEY (kind, name)")
        .topics();
    final TestStream low = fixture.stream(0);
    fixture.stream(1).copyCut();
    low.copyCut();
    final ApplyFixture.Running applier = fixture.start();
    awaitPlaces(applier, 1, 1);
    String digits = "(SELECT 0 d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4) ";
    fixture.execute(
        "INSERT INTO members SELECT ELT(1 + i % 3, 'b', 'a', 'c'), IF(i % 7 < 3, 1, 2),"
            + " CONCAT('\u00e9''', i) FROM (SELECT a.d + 5 * b.d + 25 * c.d + 125 * e.d + 625 * f.d i"
            + " FROM "
            + digits
            + String.join(", " + digits, "a", "b", "c", "e", "f")
            + ") numbers");
    List<String> ofHigh = fixture.rows("SELECT kind, name FROM members WHERE tenant = 2");
    assertThat(ofHigh).hasSizeGreaterThan(1_500);

    low.cut(CutKind.RECOPY);
    awaitPlaces(applier, 2, 1);

    assertThat(fixture.rows("SELECT COUNT(*) FROM members WHERE tenant = 1")).containsExactly("0");
    assertThat(fixture.rows("SELECT kind, name FROM members WHERE tenant = 2")).isEqualTo(ofHigh);
  }

  @Test
  void aRowThatChangesShardsIsParkedUntilItsDeleteComesInTheOtherStream() {
    fixture.sourceShards("-80", "80-").table("members", MEMBERS).topics();
    TestStream low = fixture.stream(0);
    TestStream high = fixture.stream(1);
    low.read("members", member(1, LOW, 1)).read("members", member(2, LOW, 2)).copyCut();
    low.consistent().cut();
    high.consistent().cut();
    final ApplyFixture.Running applier = fixture.start();
    awaitPlaces(applier, 2, 1);

    high.create("members", member(1, HIGH, 1)).create("members", member(3, HIGH, 2)).cut();
    high.create("members", member(4, HIGH, 4)).cut();
    awaitPlaces(applier, 2, 3);
    assertThat(members()).containsExactly("1|1|1", "2|1|2", "4|2|4");
    assertThat(parked()).containsExactly("members|80-|1|1,2,1", "members|80-|3|3,2,2");
    awaitParked(applier, 2);
    assertThat(applier.status().parkedOldest().table()).isEqualTo("members");

    low.delete("members", member(1, LOW, 1)).update("members", member(2, LOW, 5)).cut();
    awaitPlaces(applier, 3, 3);
    awaitParked(applier, 0);

    assertThat(members()).containsExactly("1|2|1", "2|1|5", "3|2|2", "4|2|4");
    assertThat(parked()).isEmpty();
  }

  @Test
  void aRowAheadOfItsOwnOlderImageIsParkedOrShownAndNeverLost() {
    fixture.sourceShards("-80", "80-").table("members", MEMBERS).topics();
    TestStream low = fixture.stream(0);
    TestStream high = fixture.stream(1);
    low.consistent().cut();
    high.consistent().cut();
    // the row moved from low to high, was changed there, and left for low again
    high.create("members", member(1, HIGH, 1)).cut();
    final ApplyFixture.Running applier = fixture.start();
    awaitPlaces(applier, 1, 2);
    low.create("members", member(1, LOW, 7)).cut();
    awaitPlaces(applier, 2, 2);
    assertThat(members()).containsExactly("1|2|1");
    assertThat(parked()).containsExactly("members|-80|1|1,1,7");
    low.delete("members", member(1, LOW, 7)).cut();
    awaitPlaces(applier, 3, 2);
    assertThat(parked()).isEmpty();
    high.update("members", member(1, HIGH, 2)).cut();
    low.create("members", member(1, LOW, 8)).cut();
    high.delete("members", member(1, HIGH, 2)).cut();

    awaitPlaces(applier, 4, 4);
    awaitParked(applier, 0);

    assertThat(members()).containsExactly("1|1|8");
  }

  @Test
  void aParkedRowOutlivesItsApplier() {
    fixture.sourceShards("-80", "80-").table("members", MEMBERS).topics();
    TestStream low = fixture.stream(0);
    TestStream high = fixture.stream(1);
    low.consistent().create("members", member(1, LOW, 1)).cut();
    high.consistent().create("members", member(2, HIGH, 1)).cut();
    ApplyFixture.Running first = fixture.start();
    awaitPlaces(first, 1, 1);
    awaitParked(first, 1);
    first.stop();

    ApplyFixture.Running second = fixture.start();
    awaitParked(second, 1);
    if (parked().get(0).contains("80-")) {
      low.delete("members", member(1, LOW, 1)).cut();
    } else {
      high.delete("members", member(2, HIGH, 1)).cut();
    }

    awaitParked(second, 0);
    assertThat(members()).hasSize(1);
  }

  @Test
  void aRowOnAShardThatItsVindexDoesNotNameIsRefused() {
    fixture.sourceShards("-80", "80-").table("members", MEMBERS).topics();
    fixture.stream(0).create("members", member(1, HIGH, 1)).cut();

    SluiceException failure = fixture.start().failure();

    assertThat(failure.code()).isEqualTo(ErrorCode.MISPLACED_ROW);
    assertThat(failure.getMessage()).contains("members", "-80", "[1]");
    assertThat(members()).isEmpty();
  }

  private List<String> parked() {
    return fixture.rows(
        "SELECT table_name, stream, row_key, row_values FROM _sluice.parked WHERE workflow_uuid = '"
            + fixture.applierId().workflowUuid()
            + "' ORDER BY row_key, stream");
  }

  private static void awaitParked(ApplyFixture.Running applier, long rows) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              applier.throwFailure();
              return applier.status() != null
                  && applier.status().state().equals("applying")
                  && applier.status().parkedRows() == rows;
            });
  }

  @Test
  void theFirstStreamWaitsForTheSecondJustAsWell() {
    fixture.sourceShards("-80", "80-").table("members", MEMBERS).topics();
    TestStream low = fixture.stream(0);
    TestStream high = fixture.stream(1);
    high.read("members", member(2, HIGH, 2)).copyCut();
    low.consistent().cut();
    high.consistent().cut();
    low.create("members", member(2, LOW, 2)).cut();
    high.delete("members", member(2, HIGH, 2)).cut();

    awaitPlaces(fixture.start(), 2, 3);

    assertThat(members()).containsExactly("2|1|2");
  }

  @Test
  void aDeleteThatNeverComesIsFatalWhenAllStreamsHavePassed() {
    ApplyLimits defaults = ApplyLimits.defaults();
    fixture.limits(
        new ApplyLimits(
            defaults.pieceRows(),
            defaults.pieceBytes(),
            defaults.pieceChanges(),
            defaults.fetchBytes(),
            defaults.partitionBytes(),
            defaults.cutsWaiting(),
            Duration.ofMillis(500)));
    fixture.sourceShards("-80", "80-").table("members", MEMBERS).topics();
    TestStream low = fixture.stream(0);
    low.read("members", member(1, LOW, 1)).copyCut();
    low.consistent().cut();
    TestStream high = fixture.stream(1);
    high.consistent().cut();
    final ApplyFixture.Running applier = fixture.start();
    awaitPlaces(applier, 2, 1);
    high.create("members", member(1, HIGH, 5)).cut();
    awaitParked(applier, 1);

    // one stream alone proves nothing: the other may still bring the delete
    Instant later = Instant.now().plusSeconds(2);
    while (Instant.now().isBefore(later)) {
      high.cut();
    }
    awaitPlaces(applier, 2, 3);
    applier.throwFailure();
    low.cut();
    SluiceException failure = applier.failure();

    assertThat(failure.code()).isEqualTo(ErrorCode.TARGET_REFUSED_ROW);
    assertThat(failure.getMessage()).contains("members", "(1)", "80-", "PRIMARY");
    assertThat(members()).containsExactly("1|1|1");
    assertThat(parked()).containsExactly("members|80-|1|1,2,5");
  }

  @Test
  void lagToolsSeeNothingWaitingWhenTheShardHasCaughtUp() {
    fixture.table("members", MEMBERS).topics();
    TestStream stream = fixture.stream(0);
    stream.create("members", member(1, LOW, 1)).cut();
    stream.create("members", member(2, LOW, 2)).orphans();
    long last = stream.consistent().cut();

    final ApplyFixture.Running applier = fixture.start();
    fixture.awaitCut(last);

    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> waiting() == 0);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> applier.status().lagSeconds() == 0 && applier.status().backlogBytes() == 0);
  }

  /** What lag tools compute: end minus committed offset, over all partitions. */
  private long waiting() throws ExecutionException, InterruptedException {
    TopicNames names = TopicNames.of(fixture.applierId().workflow(), Direction.FORWARD);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", fixture.bootstrap()))) {
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin.listConsumerGroupOffsets(names.applyGroup()).partitionsToOffsetAndMetadata().get();
      Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
      wanted.put(new TopicPartition(names.journal(), 0), OffsetSpec.latest());
      wanted.put(new TopicPartition(names.data("members"), 0), OffsetSpec.latest());
      long lag = 0;
      for (var end : admin.listOffsets(wanted).all().get().entrySet()) {
        OffsetAndMetadata at = committed.get(end.getKey());
        lag += end.getValue().offset() - (at == null ? -1 : at.offset());
      }
      return lag;
    }
  }
}
