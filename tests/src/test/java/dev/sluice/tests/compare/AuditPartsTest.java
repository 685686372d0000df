package dev.sluice.tests.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.OffsetRange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The audit must see what a broken journal looks like, or its silence in the crash tests says
 * nothing.
 */
class AuditPartsTest {

  private static final String UUID = "3e11fa47-71ca-11e1-9e33-c80aa9429562";

  private final AuditReport report = new AuditReport();
  private final GtidOwners owners = new GtidOwners();
  private final Map<String, Integer> records = new HashMap<>();
  private PartitionAudit partition;

  @BeforeEach
  void twoCuts() {
    partition = new PartitionAudit(range(0, 2, 2), report);
    partition.add(cut(1, 2), range(0, 2, 2));
    partition.add(cut(2, 4), range(3, 5, 2));
    owners.add(1, UUID + ":1-10");
    owners.add(2, UUID + ":1-12");
    records.put(UUID + ":11", 0);
  }

  private static OffsetRange range(long first, long end, long count) {
    return new OffsetRange("corder", 0, first, end, count, 100);
  }

  private static Cut cut(long number, long lastSeq) {
    return new Cut(
        "w",
        "-",
        1,
        number,
        number == 1 ? 0 : 1,
        CutKind.STREAM,
        "",
        0,
        List.of(),
        lastSeq,
        Map.of(),
        List.of(),
        List.of(),
        null,
        -1,
        false,
        false);
  }

  private void record(long offset, long gtid, long pos, long seq) {
    partition.visit(
        offset,
        new DataRecord("u", UUID + ":" + gtid, "binlog.000001", pos, 0, seq),
        owners,
        records);
  }

  @Test
  void aSoundPartitionHasNoProblem() {
    record(0, 9, 100, 1);
    record(1, 10, 200, 2);
    record(3, 11, 300, 3);
    record(4, 12, 400, 4);
    partition.end();

    assertThat(report.problems()).isEmpty();
    assertThat(records.get(UUID + ":11")).isEqualTo(1);
  }

  @Test
  void recordsOutsideRangesAreOrphans() {
    record(0, 9, 100, 1);
    record(1, 10, 200, 2);
    record(2, 11, 300, 3);

    assertThat(report.orphans()).isEqualTo(1);
    assertThat(report.problems()).isEmpty();
  }

  @Test
  void aTransactionInTheWrongCutIsSeen() {
    record(0, 9, 100, 1);
    record(1, 11, 200, 2);

    assertThat(report.problems()).singleElement().asString().contains("belongs to cut 2");
  }

  @Test
  void aRowEventThatComesTwiceIsSeen() {
    record(0, 9, 100, 1);
    record(1, 9, 100, 2);

    assertThat(report.problems()).singleElement().asString().contains("comes twice");
  }

  @Test
  void aRangeWithTooFewRecordsIsSeen() {
    record(0, 9, 100, 1);
    record(3, 11, 300, 3);
    record(4, 12, 400, 4);
    partition.end();

    assertThat(report.problems()).singleElement().asString().contains("has 1 records");
  }

  @Test
  void overlappingRangesAreSeen() {
    partition.add(cut(3, 6), range(4, 6, 2));

    assertThat(report.problems()).singleElement().asString().contains("overlaps");
  }

  @Test
  void ownersKnowEveryFormOfAGtidSet() {
    GtidOwners sets = new GtidOwners();

    assertThat(sets.add(1, UUID + ":1-5:7")).isTrue();
    assertThat(sets.add(2, UUID + ":1-9:tag:1-2,\n4e11fa47-71ca-11e1-9e33-c80aa9429562:3"))
        .isTrue();
    assertThat(sets.owner(UUID + ":7")).isEqualTo(1);
    assertThat(sets.owner(UUID + ":6")).isEqualTo(2);
    assertThat(sets.owner(UUID + ":tag:2")).isEqualTo(2);
    assertThat(sets.owner("4E11FA47-71CA-11E1-9E33-C80AA9429562:3")).isEqualTo(2);
    assertThat(sets.owner(UUID + ":10")).isEqualTo(-1);
    assertThat(sets.add(3, UUID + ":1-8")).isFalse();
  }
}
