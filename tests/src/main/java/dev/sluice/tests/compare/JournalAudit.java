package dev.sluice.tests.compare;

import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.OffsetRange;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.tests.compare.JournalReader.JournalEntry;
import dev.sluice.tests.workload.GtidCounts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds the journal and the data topics of a workflow against their rules: each cut follows its
 * predecessor; ranges neither overlap nor run backwards and hold as many records as they say; the
 * records of a source transaction lie in the ranges of one cut, the one whose executed set is the
 * first to name it; no record comes twice; and each transaction that the ledger knows is there with
 * the number of records that it must have.
 */
public final class JournalAudit {

  private final JournalReader reader;
  private final TopicNames topics;
  private final List<String> tables;
  private final int streams;
  private final int writtenShards;

  /**
   * @param streams shards read
   * @param writtenShards shards written
   */
  public JournalAudit(
      JournalReader reader,
      TopicNames topics,
      List<String> tables,
      int streams,
      int writtenShards) {
    this.reader = reader;
    this.topics = topics;
    this.tables = List.copyOf(tables);
    this.streams = streams;
    this.writtenShards = writtenShards;
  }

  /**
   * Audits all streams. The writer must have ended and the journal must have passed its last
   * transaction.
   */
  public AuditReport run(GtidCounts ledger) {
    AuditReport report = new AuditReport();
    Map<String, Integer> records = new HashMap<>();
    ledger.expected().keySet().forEach(gtid -> records.put(gtid, 0));
    List<GtidOwners> owners = new ArrayList<>();
    List<Long> firstCuts = new ArrayList<>();
    for (int stream = 0; stream < streams; stream++) {
      List<JournalEntry> cuts = reader.cuts(topics.journal(), stream);
      if (cuts.isEmpty()) {
        report.problem("stream " + stream + " has no cut");
        continue;
      }
      GtidOwners ofStream = new GtidOwners();
      Map<String, PartitionAudit> partitions = checkCuts(stream, cuts, ofStream, report);
      owners.add(ofStream);
      firstCuts.add(cuts.get(0).cut().number());
      readData(stream, partitions, ofStream, records, report);
    }
    checkLedger(ledger, owners, firstCuts, records, report);
    return report;
  }

  private Map<String, PartitionAudit> checkCuts(
      int stream, List<JournalEntry> cuts, GtidOwners owners, AuditReport report) {
    Map<String, PartitionAudit> partitions = new HashMap<>();
    Cut previous = null;
    for (JournalEntry entry : cuts) {
      Cut cut = entry.cut();
      report.cuts++;
      String name = "stream " + stream + " cut " + cut.captureEpoch() + "/" + cut.number();
      if (previous == null
          ? cut.number() != 1
          : !cut.follows(previous.captureEpoch(), previous.number())) {
        report.problem(
            name + " does not follow " + (previous == null ? "nothing" : previous.number()));
      }
      if (previous != null && previous.consistent() && !cut.consistent()) {
        report.problem(name + " is not consistent, but its predecessor was");
      }
      if (!owners.add(cut.number(), cut.gtidSet())) {
        report.problem(name + " lost transactions from its executed set");
      }
      for (OffsetRange range : cut.ranges()) {
        if (range.partition() / writtenShards != stream) {
          report.problem(name + " names partition " + range.partition() + " of another stream");
        }
        partitions
            .computeIfAbsent(
                range.table() + "-" + range.partition(),
                unused -> new PartitionAudit(range, report))
            .add(cut, range);
      }
      if (cut.kind() == CutKind.COPY) {
        report.copiedRows += cut.records();
      } else {
        report.changes += cut.records();
      }
      previous = cut;
    }
    return partitions;
  }

  private void readData(
      int stream,
      Map<String, PartitionAudit> partitions,
      GtidOwners owners,
      Map<String, Integer> records,
      AuditReport report) {
    for (String table : tables) {
      for (int shard = 0; shard < writtenShards; shard++) {
        int partition = stream * writtenShards + shard;
        PartitionAudit audit = partitions.get(table + "-" + partition);
        DataRecordReader decoder = new DataRecordReader(reader.ids());
        reader.read(
            topics.data(table),
            partition,
            record -> {
              if (audit == null) {
                report.orphans++;
              } else {
                audit.visit(record.offset(), decoder.read(record.value()), owners, records);
              }
            });
        if (audit != null) {
          audit.end();
        }
      }
    }
  }

  private static void checkLedger(
      GtidCounts ledger,
      List<GtidOwners> owners,
      List<Long> firstCuts,
      Map<String, Integer> records,
      AuditReport report) {
    ledger
        .expected()
        .forEach(
            (gtid, expected) -> {
              report.transactionsChecked++;
              int found = records.get(gtid);
              int inStreams = 0;
              boolean beforeFirstCut = false;
              for (int i = 0; i < owners.size(); i++) {
                long owner = owners.get(i).owner(gtid);
                inStreams += owner >= 0 ? 1 : 0;
                beforeFirstCut |= owner == firstCuts.get(i);
              }
              if (inStreams != 1) {
                report.problem(
                    "transaction "
                        + gtid
                        + " is in the executed sets of "
                        + inStreams
                        + " streams");
              } else if (beforeFirstCut
                  ? found != 0
                  : found < expected.atLeast() || found > expected.atMost()) {
                report.problem(
                    "transaction "
                        + gtid
                        + " has "
                        + found
                        + " records instead of "
                        + (beforeFirstCut
                            ? "none, being before the first cut"
                            : expected.toString()));
              }
            });
  }
}
