package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.apply.ApplyPausePoints;
import dev.sluice.capture.CapturePausePoints;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.tests.compare.RowComparator;
import dev.sluice.tests.compare.ShardToCompare;
import dev.sluice.tests.compare.Side;
import dev.sluice.tests.compare.TableToCompare;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The way back runs from the moment on at which both sides are equal, beside the way there: what is
 * written on the target comes to the source, and nothing goes round in circles. There is no fence
 * here: the test writes other keys on the target than on the source.
 */
@Tag("e2e")
@ExtendWith(SharedStack.class)
class ReverseTest {

  /** The writer's keys are below. */
  static final long BASE = 4_000_000_000_000_000L;

  private static final int ROWS = 40;
  private static final int IDLE_SECONDS = 8;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void writesOnEitherSideComeToTheOtherAndStayThere(Stack stack, StackScope scope)
      throws Exception {
    try (Move move = Move.of(stack, scope, SampleSize.SMALL)) {
      move.write(60).start(Layout.ALL_IN_ONE).create().awaitState("running");
      awaitReady(move);
      assertThat(move.status().path("streams")).hasSize(3);
      assertThat(move.status().path("appliers")).hasSize(3);

      write(move, BASE, ROWS);
      move.awaitWrites(60);
      change(move, BASE, ROWS);
      move.writer().stop();
      awaitEqual(move);
      assertThat(onSource(move, "SELECT COUNT(*) FROM customer WHERE customer_id >= " + BASE))
          .isEqualTo(ROWS / 2);
      assertThat(onSource(move, "SELECT SUM(version) FROM customer WHERE customer_id >= " + BASE))
          .isEqualTo(ROWS / 2 * 7L);

      // rows may be equal before the last change of them has come
      new Verdict(move).markerPasses();
      nothingGoesRoundInCircles(move);
      new Verdict(move).lagOfTheReverseGroupIsZero();
      stopsAndGoesOn(move);
      remove(move, BASE, ROWS);
      awaitEqual(move);
      move.cancel();
      nothingIsLeft(move);
    }
  }

  static void awaitReady(Move move) {
    move.awaitThat(
        "the way back, without a lag",
        () -> {
          JsonNode reverse = move.status().path("reverse");
          return reverse.path("ready").asBoolean() && reverse.path("lagSeconds").asDouble() < 5;
        });
  }

  private static List<ShardToCompare> targets(Move move) {
    return Side.target(move.stack, move.scope.targetSchema());
  }

  private static List<ShardToCompare> sources(Move move) {
    return Side.source(move.stack, move.scope.sourceSchema());
  }

  /** Customers with an order each, on the shard that their vindex names. */
  static void write(Move move, long from, int rows) throws SQLException {
    TargetWrites shards = new TargetWrites(targets(move));
    for (long id = from; id < from + rows; id++) {
      shards.on(
          id,
          "INSERT INTO customer (customer_id, email, full_name, created_at) VALUES ("
              + id
              + ", 'back"
              + id
              + "@example.org', 'It''s back', NOW(6))",
          "INSERT INTO corder (order_id, customer_id, sku, quantity, price, ordered_at) VALUES ("
              + id
              + ", "
              + id
              + ", 'BACK', 1, 1.5, NOW(6))");
    }
  }

  /** Half of them change, the others go. */
  private static void change(Move move, long from, int rows) throws SQLException {
    TargetWrites shards = new TargetWrites(targets(move));
    for (long id = from; id < from + rows; id++) {
      if (id % 2 == 0) {
        shards.on(id, "UPDATE customer SET version = 7 WHERE customer_id = " + id);
      } else {
        remove(shards, id);
      }
    }
  }

  static void remove(Move move, long from, int rows) throws SQLException {
    TargetWrites shards = new TargetWrites(targets(move));
    for (long id = from; id < from + rows; id++) {
      remove(shards, id);
    }
  }

  private static void remove(TargetWrites shards, long id) throws SQLException {
    shards.on(
        id,
        "DELETE FROM corder WHERE order_id = " + id,
        "DELETE FROM customer WHERE customer_id = " + id);
  }

  private static long onSource(Move move, String query) throws SQLException {
    return TargetWrites.sum(sources(move), query);
  }

  static void awaitEqual(Move move) {
    move.awaitThat(
        "equal sides",
        () -> {
          for (String table : Move.TABLES) {
            if (!new RowComparator(sources(move), targets(move))
                .compare(new TableToCompare(table, "customer_id"))
                .equal()) {
              return false;
            }
          }
          return true;
        });
  }

  /**
   * Nobody writes: no row of a moved table changes on either side, and there are only heartbeats
   * and checkpoints, a bounded number of them a second.
   */
  private static void nothingGoesRoundInCircles(Move move) throws Exception {
    List<ShardToCompare> both = new ArrayList<>(sources(move));
    both.addAll(targets(move));
    String writes =
        "SELECT COALESCE(SUM(COUNT_WRITE), 0) FROM performance_schema.table_io_waits_summary_by_table"
            + " WHERE OBJECT_SCHEMA = DATABASE() AND OBJECT_NAME IN ('customer', 'corder')";
    long writesBefore = TargetWrites.sum(both, writes);
    long began = System.nanoTime();
    long sourceBefore = transactions(move.stack.source());
    long targetBefore = 0;
    for (MysqlServer target : move.targets()) {
      targetBefore += transactions(target);
    }
    TimeUnit.SECONDS.sleep(IDLE_SECONDS);
    long source = transactions(move.stack.source()) - sourceBefore;
    long target = -targetBefore;
    for (MysqlServer server : move.targets()) {
      target += transactions(server);
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    double onSource = source / seconds;
    double onTarget = target / seconds / move.targets().size();
    System.out.printf(
        "idle pair: %.1f transactions/s on the source, %.1f on each target%n", onSource, onTarget);
    assertThat(TargetWrites.sum(both, writes)).isEqualTo(writesBefore);
    assertThat(onSource).isLessThan(10);
    assertThat(onTarget).isLessThan(6);
  }

  private static long transactions(MysqlServer server) throws SQLException {
    try (Connection connection = server.connectAsAdmin("");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT @@GLOBAL.gtid_executed")) {
      row.next();
      long count = 0;
      for (String part : row.getString(1).replaceAll("\\s", "").split("[:,]")) {
        if (part.matches("\\d+")) {
          count++;
        } else if (part.matches("\\d+-\\d+")) {
          String[] ends = part.split("-");
          count += Long.parseLong(ends[1]) - Long.parseLong(ends[0]) + 1;
        }
      }
      return count;
    }
  }

  /** Stop ends both ways; what was written meanwhile comes after start. */
  private static void stopsAndGoesOn(Move move) throws SQLException {
    assertThat(RetentionTest.act(move, "stop", Map.of())).isEqualTo(202);
    move.awaitThat("stopped units", () -> RetentionTest.unitsAre(move, "stopped"));
    assertThat(move.status().path("reverse").path("ready").asBoolean()).isFalse();
    write(move, BASE + 1_000, 4);
    assertThat(RetentionTest.act(move, "start", Map.of())).isEqualTo(202);
    awaitReady(move);
    awaitEqual(move);
    remove(move, BASE + 1_000, 4);
  }

  private static void nothingIsLeft(Move move) throws Exception {
    String prefix = TopicNames.of(move.workflow(), Direction.FORWARD).journal().split("\\.")[0];
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", move.stack.kafka().bootstrapServers()))) {
      assertThat(admin.listTopics().names().get())
          .noneMatch(name -> name.startsWith(prefix + ".") || name.startsWith(prefix + "_reverse"));
    }
  }

  /** Both ways die with the process, at places where a cut or a transaction is half done. */
  @Test
  @Tag("soak")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void whatIsKilledOnTheWayBackGoesOn(Stack stack, StackScope scope) throws Exception {
    List<String> points =
        List.of(
            CapturePausePoints.FENCED,
            CapturePausePoints.BEFORE_CUT_SEND,
            CapturePausePoints.BEFORE_COMMIT,
            CapturePausePoints.AFTER_COMMIT,
            CapturePausePoints.MID_TRANSACTION,
            ApplyPausePoints.APPLY_OWNED,
            ApplyPausePoints.APPLY_AFTER_CHECKPOINT,
            ApplyPausePoints.APPLY_AFTER_ROWS,
            ApplyPausePoints.APPLY_BEFORE_COMMIT,
            ApplyPausePoints.APPLY_AFTER_COMMIT);
    try (Move move = Move.of(stack, scope, SampleSize.SMALL)) {
      move.start(Layout.ALL_IN_ONE).create().awaitState("running");
      awaitReady(move);
      String roles = Layout.ALL_IN_ONE.processes().get(0);
      long from = BASE;
      for (String point : points) {
        // nobody writes on the source: row points can only be the way back's
        SluiceProcess held = move.processes.replace(roles, point);
        write(move, from, 5);
        move.awaitPaused(held, point);
        write(move, from + 100, 5);
        from += 1_000;
      }
      move.processes.replace(roles).awaitUp();
      awaitEqual(move);
      JsonNode status = move.status();
      assertThat(status.path("state").asText()).as("%s", status).isEqualTo("running");
      assertThat(onSource(move, "SELECT COUNT(*) FROM customer WHERE customer_id >= " + BASE))
          .isEqualTo(10L * points.size());
      awaitReady(move);
      move.cancel();
    }
  }
}
