package dev.sluice.tests.compare;

import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.OffsetRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Holds one data partition against the ranges that cuts name in it. Not thread-safe. */
final class PartitionAudit {

  private record Expected(Cut cut, OffsetRange range) {}

  private final String name;
  private final AuditReport report;
  private final List<Expected> ranges = new ArrayList<>();
  private int current;
  private long counted;
  private DataRecord lastChange;

  PartitionAudit(OffsetRange first, AuditReport report) {
    this.name = first.table() + "-" + first.partition();
    this.report = report;
  }

  void add(Cut cut, OffsetRange range) {
    if (!ranges.isEmpty() && range.first() < ranges.get(ranges.size() - 1).range().end()) {
      report.problem(name + ": the range of cut " + cut.number() + " overlaps an earlier one");
    }
    ranges.add(new Expected(cut, range));
  }

  void visit(long offset, DataRecord record, GtidOwners owners, Map<String, Integer> records) {
    while (current < ranges.size() && offset >= ranges.get(current).range().end()) {
      endRange();
    }
    if (current == ranges.size() || offset < ranges.get(current).range().first()) {
      report.orphans++;
      return;
    }
    counted++;
    Cut cut = ranges.get(current).cut();
    if (record.seq() > cut.lastSeq()) {
      problem(offset, cut, "has seq " + record.seq() + " above the cut's " + cut.lastSeq());
    }
    if ((cut.kind() == CutKind.COPY) != record.op().equals("r")) {
      problem(offset, cut, "has op " + record.op() + " in a cut of kind " + cut.kind());
    }
    if (cut.kind() == CutKind.STREAM) {
      change(offset, cut, record, owners, records);
    }
  }

  private void change(
      long offset, Cut cut, DataRecord record, GtidOwners owners, Map<String, Integer> records) {
    long owner = owners.owner(record.gtid());
    if (owner != cut.number()) {
      problem(
          offset, cut, "is of transaction " + record.gtid() + ", which belongs to cut " + owner);
    }
    if (lastChange != null && !record.after(lastChange)) {
      problem(offset, cut, "comes twice or out of order: " + record + " after " + lastChange);
    }
    lastChange = record;
    records.computeIfPresent(record.gtid(), (gtid, count) -> count + 1);
  }

  void end() {
    while (current < ranges.size()) {
      endRange();
    }
  }

  private void endRange() {
    Expected expected = ranges.get(current++);
    if (counted != expected.range().count()) {
      report.problem(
          name
              + ": cut "
              + expected.cut().number()
              + " has "
              + counted
              + " records in "
              + expected.range());
    }
    counted = 0;
  }

  private void problem(long offset, Cut cut, String text) {
    report.problem(name + " offset " + offset + " in cut " + cut.number() + " " + text);
  }
}
