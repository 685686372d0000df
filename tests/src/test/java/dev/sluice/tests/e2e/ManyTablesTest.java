package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole schema at once, {@code all: true}, while transactions go over many of its tables; how
 * long each step takes is logged.
 */
@Tag("e2e")
@ExtendWith(SharedStack.class)
class ManyTablesTest {

  private static final Logger log = LoggerFactory.getLogger(ManyTablesTest.class);

  private static final int ROWS = 40;
  private static final int TABLES_A_TRANSACTION = 8;
  private static final List<String> EXCLUDED = List.of("t00002", "t00005");

  @Test
  @Tag("soak")
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void fiveHundred(Stack stack, StackScope scope) throws Exception {
    new Run(stack, scope, 500).run();
  }

  @Test
  @Tag("soak")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void sixty(Stack stack, StackScope scope) throws Exception {
    new Run(stack, scope, 60).run();
  }

  private static final class Run {
    private final Stack stack;
    private final StackScope scope;
    private final Keyspaces keyspaces;
    private final List<String> tables = new ArrayList<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicLong committed = new AtomicLong();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private long began = System.nanoTime();

    private Run(Stack stack, StackScope scope, int count) {
      this.stack = stack;
      this.scope = scope;
      List<MysqlServer> targets =
          stack.options().targetShards().stream().map(stack::target).toList();
      this.keyspaces =
          new Keyspaces(stack)
              .add("from", scope.sourceSchema(), List.of(stack.source()), List.of("-"))
              .add("into", scope.targetSchema(), targets, List.of("-80", "80-"));
      for (int i = 1; i <= count; i++) {
        tables.add(String.format("t%05d", i));
        keyspaces.vindex("into", tables.get(i - 1), "tenant");
      }
    }

    private void run() throws Exception {
      try (ShardedMove move = new ShardedMove(stack, scope, keyspaces)) {
        load();
        Thread writer = new Thread(this::write, "writer over many tables");
        writer.start();
        try {
          move(move);
        } finally {
          stopped.set(true);
          writer.join();
        }
      }
    }

    private void move(ShardedMove move) throws SQLException, InterruptedException {
      String name = scope.workflow();
      move.start();
      took("server started");
      Map<String, Object> spec =
          Map.of(
              "name", name, "source", "from", "target", "into", "all", true, "exclude", EXCLUDED);
      JsonNode findings = move.client().preflight(spec).orThrow();
      assertThat(findings.path("ok").asBoolean()).as("%s", findings).isTrue();
      long preflight = took("preflight");
      JsonNode created = move.create(spec);
      long create = took("create");
      assertThat(created.path("state").asText()).isEqualTo("created");
      move.awaitState(name, "copying");
      long prepared = took("tables and topics made");
      move.awaitState(name, "running");
      long running = took("running");
      JsonNode status = move.status(name);
      long statusMillis = took("status");
      assertThat(status.path("tables")).hasSize(tables.size() - EXCLUDED.size());
      long before = committed.get();
      // a writer that failed ends the wait, and is told below
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> failure.get() != null || committed.get() >= before + 100);
      stopped.set(true);
      took("more writes");
      move.settles(name, "from", "into");
      took("settled");
      assertThat(failure.get()).isNull();
      List<String> moved = new ArrayList<>(tables);
      moved.removeAll(EXCLUDED);
      move.rowsAreEqual("from", "into", "tenant", moved.toArray(String[]::new));
      took("compared");
      assertThat(move.rows("into", "SHOW TABLES").stream().distinct())
          .containsExactlyInAnyOrderElementsOf(moved);
      assertThat(
              move.rows(
                  "into",
                  "SELECT COUNT(*) FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE()"
                      + " AND INDEX_NAME = 'by_name'"))
          .containsOnly(String.valueOf(moved.size()));
      move.cancel(name);
      took("cancelled");
      double tablesMoved = moved.size();
      assertThat(preflight / tablesMoved).as("preflight, ms a table").isLessThan(60);
      assertThat(create / tablesMoved).as("create, ms a table").isLessThan(80);
      assertThat(prepared / tablesMoved).as("tables and topics, ms a table").isLessThan(250);
      assertThat(running / tablesMoved).as("copy and indexes, ms a table").isLessThan(500);
      assertThat(statusMillis).as("status, ms").isLessThan(5_000);
    }

    /** Milliseconds since the step before. */
    private long took(String step) {
      long now = System.nanoTime();
      long millis = Duration.ofNanos(now - began).toMillis();
      began = now;
      log.atInfo().addKeyValue("tables", tables.size()).addKeyValue("millis", millis).log(step);
      return millis;
    }

    private void load() throws SQLException {
      Keyspaces.Place place = keyspaces.shards("from").get(0);
      try (Connection connection = place.toCompare().connections().openUtc();
          Statement statement = connection.createStatement()) {
        StringBuilder rows = new StringBuilder();
        for (int i = 1; i <= ROWS; i++) {
          rows.append(i > 1 ? "," : "").append("(").append(i).append(",").append(i % 9 + 1);
          rows.append(",'name ").append(i).append("',").append(i).append(".5,NOW())");
        }
        for (String table : tables) {
          statement.execute(
              "CREATE TABLE "
                  + table
                  + " (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, tenant INT NOT NULL,"
                  + " name VARCHAR(50) NULL, amount DECIMAL(12,2) NOT NULL, at DATETIME NULL,"
                  + " KEY by_name (name))");
          statement.execute(
              "INSERT INTO " + table + " (id, tenant, name, amount, at) VALUES " + rows);
        }
      }
      took("loaded");
    }

    private void write() {
      Random random = new Random(1);
      Keyspaces.Place place = keyspaces.shards("from").get(0);
      try (Connection connection = place.toCompare().connections().openUtc();
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        while (!stopped.get()) {
          for (int i = 0; i < TABLES_A_TRANSACTION; i++) {
            String table = tables.get(random.nextInt(tables.size()));
            int id = 1 + random.nextInt(ROWS);
            statement.execute(
                random.nextInt(5) == 0
                    ? "REPLACE INTO "
                        + table
                        + " (id, tenant, name, amount) VALUES ("
                        + id
                        + ","
                        + (1 + random.nextInt(9))
                        + ",'again',1)"
                    : "UPDATE " + table + " SET amount = amount + 1 WHERE id = " + id);
          }
          connection.commit();
          committed.incrementAndGet();
          Thread.sleep(10);
        }
      } catch (SQLException | InterruptedException e) {
        failure.set(e);
      }
    }
  }
}
