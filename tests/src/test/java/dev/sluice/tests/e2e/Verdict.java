package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.registry.ConfluentSchemaIds;
import dev.sluice.schemas.registry.RegistrySettings;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.tests.compare.AuditReport;
import dev.sluice.tests.compare.JournalAudit;
import dev.sluice.tests.compare.JournalReader;
import dev.sluice.tests.compare.MarkerPassage;
import dev.sluice.tests.compare.RowComparator;
import dev.sluice.tests.compare.ShardToCompare;
import dev.sluice.tests.compare.Side;
import dev.sluice.tests.compare.TableComparison;
import dev.sluice.tests.compare.TableToCompare;
import dev.sluice.tests.workload.Ledger;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * What must hold at the end of a move that is still running: the writer is stopped and everything
 * is compared.
 */
final class Verdict {

  private static final Duration MARKER_LIMIT = Duration.ofSeconds(90);

  private final Move move;
  private final JournalReader reader;
  private final List<ShardToCompare> sources;
  private final List<ShardToCompare> targets;

  Verdict(Move move) {
    this.move = move;
    KafkaSettings kafka =
        new KafkaSettings(
            move.stack.kafka().bootstrapServers(),
            Map.of(),
            KafkaSettings.DEFAULT_RECORD_MAX_BYTES);
    this.reader =
        new JournalReader(
            kafka,
            new ConfluentSchemaIds(new RegistrySettings(move.stack.registry().url(), Map.of())));
    this.sources = Side.source(move.stack, move.scope.sourceSchema());
    this.targets = Side.target(move.stack, move.scope.targetSchema());
  }

  /** Stops the writer, lets a marker pass, then compares rows, ledger and journal. */
  static void everythingIsEqual(Move move) throws Exception {
    everythingIsEqual(move, MARKER_LIMIT);
  }

  /** The same after so much that the marker takes longer. */
  static void everythingIsEqual(Move move, Duration markerLimit) throws Exception {
    Verdict verdict = new Verdict(move);
    Ledger ledger = move.writer().stop();
    verdict.markerPassesWithin(markerLimit);
    verdict.rowsAreEqual();
    assertThat(ledger.check(verdict.sources.get(0).connections()).samples())
        .as("ledger on the source")
        .isEmpty();
    assertThat(
            ledger
                .checkMoved(verdict.targets.stream().map(ShardToCompare::connections).toList())
                .samples())
        .as("ledger on the shards")
        .isEmpty();
    verdict.journalIsSound(ledger);
  }

  /**
   * As {@link #everythingIsEqual}, without the journal: Sluice has deleted what was applied, or the
   * copy has begun again and left source transactions out.
   */
  static void bothSidesAreEqual(Move move) throws Exception {
    Verdict verdict = new Verdict(move);
    Ledger ledger = move.writer().stop();
    verdict.markerPasses();
    verdict.rowsAreEqual();
    assertThat(ledger.check(verdict.sources.get(0).connections()).samples())
        .as("ledger on the source")
        .isEmpty();
    assertThat(
            ledger
                .checkMoved(verdict.targets.stream().map(ShardToCompare::connections).toList())
                .samples())
        .as("ledger on the shards")
        .isEmpty();
  }

  /** Everything committed on the source so far is on the target. */
  void markerPasses() throws SQLException {
    markerPassesWithin(MARKER_LIMIT);
  }

  /** As {@link #markerPasses()}; how long the marker took. */
  Duration markerPassesWithin(Duration limit) throws SQLException {
    MarkerPassage.Outcome outcome =
        new MarkerPassage(move.workflow(), move.topics().journal(), reader, sources, targets)
            .run(limit);
    assertThat(outcome.passed())
        .as("marker: %s; status %s%n%s", outcome.detail(), move.status(), move.processes.logs())
        .isTrue();
    return Duration.ofMillis(outcome.millis());
  }

  void rowsAreEqual() throws SQLException {
    for (String table : Move.TABLES) {
      TableComparison result =
          new RowComparator(sources, targets).compare(new TableToCompare(table, "customer_id"));
      assertThat(result.equal()).as("%s", result).isTrue();
    }
  }

  private void journalIsSound(Ledger ledger) {
    AuditReport report =
        new JournalAudit(reader, move.topics(), Move.TABLES, sources.size(), targets.size())
            .run(ledger.gtids());
    assertThat(report.problems()).as("%s", report).isEmpty();
    assertThat(report.transactionsChecked()).isPositive();
  }

  /**
   * What lag tools see: the group's offsets are at the ends of all its partitions, marks of Kafka
   * transactions included. Between a heartbeat's cut and its commit they are not for a moment.
   */
  void lagOfTheGroupIsZero() {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> assertThat(lags()).isEmpty());
  }

  /** The same of the way back. */
  void lagOfTheReverseGroupIsZero() {
    TopicNames topics = TopicNames.of(move.workflow(), Direction.REVERSE);
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> assertThat(lags(topics, targets.size())).isEmpty());
  }

  /** The same once no heartbeat comes any more: then nothing may be left over. */
  void lagOfTheGroupIsAndStaysZero() {
    await()
        .atMost(Duration.ofSeconds(30))
        .during(Duration.ofSeconds(1))
        .pollInterval(Duration.ofMillis(100))
        .untilAsserted(() -> assertThat(lags()).isEmpty());
  }

  private Map<TopicPartition, Long> lags() throws Exception {
    return lags(move.topics(), sources.size());
  }

  private Map<TopicPartition, Long> lags(TopicNames topics, int streams) throws Exception {
    Map<String, Object> config = Map.of("bootstrap.servers", move.stack.kafka().bootstrapServers());
    try (Admin admin = Admin.create(config)) {
      Map<TopicPartition, OffsetAndMetadata> offsets =
          admin.listConsumerGroupOffsets(topics.applyGroup()).partitionsToOffsetAndMetadata().get();
      assertThat(offsets.keySet())
          .hasSize(streams + Move.TABLES.size() * sources.size() * targets.size());
      Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
      offsets.keySet().forEach(partition -> wanted.put(partition, OffsetSpec.latest()));
      Map<TopicPartition, Long> lags = new HashMap<>();
      admin
          .listOffsets(wanted)
          .all()
          .get()
          .forEach(
              (partition, end) -> {
                long lag = end.offset() - offsets.get(partition).offset();
                if (lag != 0) {
                  lags.put(partition, lag);
                }
              });
      return lags;
    }
  }
}
