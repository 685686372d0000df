package dev.sluice.tests.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.tests.compare.RowComparator;
import dev.sluice.tests.compare.ShardToCompare;
import dev.sluice.tests.compare.TableComparison;
import dev.sluice.tests.compare.TableToCompare;
import dev.sluice.tests.sample.ConnectionSource;
import dev.sluice.tests.sample.SampleKeyspace;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The instruments of the end-to-end tests are tested themselves: each must see what it is there to
 * see.
 */
@Tag("e2e")
@ExtendWith(SharedStack.class)
class LedgerAndComparatorTest {

  private static final SampleSize SIZE = new SampleSize(500, 1_500, 20, 3);
  private static final TableToCompare CORDER = new TableToCompare("corder", "customer_id");

  private ConnectionSource source;
  private ConnectionSource copy;

  @BeforeEach
  void load(Stack stack, StackScope scope) throws Exception {
    source = on(stack.source(), scope.sourceSchema());
    copy = on(stack.target("-80"), scope.targetSchema());
    new SampleKeyspace(SIZE).load(source);
  }

  private static ConnectionSource on(MysqlServer server, String schema) {
    return () ->
        java.sql.DriverManager.getConnection(
            server.jdbcUrl(schema) + "&trackSessionState=true",
            server.adminUser(),
            server.adminPassword());
  }

  @Test
  void ledgerAgreesWithTheServerItWroteTo() throws Exception {
    LedgerWriter writer =
        LedgerWriter.start(source, SampleLedgerTables.all(SIZE), WriterOptions.atRate(0));
    await().atMost(Duration.ofSeconds(30)).until(() -> writer.counts().committed() > 800);

    Ledger ledger = writer.stop();

    assertThat(ledger.check(source).samples()).isEmpty();
    assertThat(writer.counts().byAction().keySet())
        .contains(
            "insert",
            "update",
            "delete",
            "rekey",
            "move",
            "swap_unique",
            "take_unique",
            "replace_row");
    assertThat(writer.counts().failed()).isLessThan(writer.counts().committed() / 8);
    assertThat(writer.counts().unclear()).isZero();
    assertThat(ledger.gtids().expected()).hasSize((int) writer.counts().committed());
  }

  @Test
  void ledgerSeesALostAnUndeletedAndAChangedRow() throws Exception {
    LedgerWriter writer =
        LedgerWriter.start(source, SampleLedgerTables.all(SIZE), WriterOptions.atRate(0));
    await().atMost(Duration.ofSeconds(30)).until(() -> writer.counts().committed() > 100);
    Ledger ledger = writer.stop();
    run(
        source,
        "DELETE FROM corder ORDER BY order_id LIMIT 5",
        "UPDATE customer SET notes = 'x' LIMIT 3");

    LedgerReport report = ledger.check(source);

    assertThat(report.count(LedgerReport.Kind.LOST)).isEqualTo(5);
    assertThat(report.count(LedgerReport.Kind.DIFFERENT)).isEqualTo(3);
  }

  @Test
  void comparatorFindsNothingWhereNothingDiffers() throws Exception {
    new SampleKeyspace(SIZE).load(copy);

    List<TableComparison> results =
        both("-").compare(List.of(CORDER, new TableToCompare("customer", "customer_id")));

    assertThat(results).allSatisfy(result -> assertThat(result.equal()).as("%s", result).isTrue());
    assertThat(results.get(0).sourceRows()).isEqualTo(1_500);
  }

  @Test
  void comparatorSeesEveryKindOfDifference() throws Exception {
    new SampleKeyspace(SIZE).load(copy);
    run(
        copy,
        "DELETE FROM corder WHERE order_id IN (3, 1500)",
        "UPDATE corder SET order_id = 900000 WHERE order_id = 7",
        "UPDATE corder SET weight = weight + 0.0009765625, remark = NULL, state = 'returned' WHERE order_id = 8");

    TableComparison result = both("-").compare(CORDER);

    assertThat(result.missing()).isEqualTo(3);
    assertThat(result.extra()).isEqualTo(1);
    assertThat(result.different()).isEqualTo(1);
    assertThat(both("-80").compare(CORDER).misplaced()).isBetween(600L, 900L);
  }

  @Test
  void comparatorSeesAKeyOnTwoShards() throws Exception {
    new SampleKeyspace(SIZE).load(copy);
    RowComparator comparator =
        new RowComparator(
            List.of(new ShardToCompare("-", source)),
            List.of(new ShardToCompare("-80", copy), new ShardToCompare("80-", copy)));

    TableComparison result = comparator.compare(CORDER);

    assertThat(result.duplicated()).isEqualTo(1_500);
    assertThat(result.misplaced()).isEqualTo(1_500);
    assertThat(result.equal()).isFalse();
  }

  private RowComparator both(String keyRange) {
    return new RowComparator(
        List.of(new ShardToCompare("-", source)), List.of(new ShardToCompare(keyRange, copy)));
  }

  private static void run(ConnectionSource server, String... statements) throws SQLException {
    try (Connection connection = server.openUtc();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
