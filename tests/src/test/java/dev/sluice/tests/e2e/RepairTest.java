package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.capture.CapturePausePoints;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.journal.JournalFollower;
import dev.sluice.schemas.journal.JournalFollower.Passed;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.registry.ConfluentSchemaIds;
import dev.sluice.schemas.registry.RegistrySettings;
import dev.sluice.schemas.request.Request;
import dev.sluice.schemas.request.RequestWriter;
import dev.sluice.schemas.workflow.Direction;
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
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rows that somebody broke on the target are put right by REPAIR cuts, under live writes. */
@Tag("e2e")
@ExtendWith(SharedStack.class)
class RepairTest {

  private static final int BROKEN = 12;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void brokenRowsAreRepairedUnderWritesThoughTheCaptureIsKilled(Stack stack, StackScope scope)
      throws Exception {
    try (Move move = Move.of(stack, scope, SampleSize.SMALL)) {
      String roles = Layout.ALL_IN_ONE.processes().get(0);
      SluiceProcess process = move.processes.start(roles, CapturePausePoints.REPAIR_READ).awaitUp();
      move.write(60).create().awaitState("running");
      String uuid = uuid(move);
      KafkaSettings kafka =
          new KafkaSettings(
              stack.kafka().bootstrapServers(), Map.of(), KafkaSettings.DEFAULT_RECORD_MAX_BYTES);
      Queue<Passed> cuts = new ConcurrentLinkedQueue<>();
      try (RequestWriter requests = new RequestWriter(kafka);
          JournalFollower follower =
              new JournalFollower(
                      kafka,
                      move.workflow(),
                      Direction.FORWARD,
                      1,
                      new ConfluentSchemaIds(
                          new RegistrySettings(stack.registry().url(), Map.of())),
                      cuts::add)
                  .start()) {
        requests.write(move.workflow(), breakRows(move, uuid));

        move.awaitPaused(process, CapturePausePoints.REPAIR_READ).awaitWrites(20);
        process = move.processes.replace(roles, CapturePausePoints.REPAIR_AFTER_COMMIT);
        move.awaitPaused(process, CapturePausePoints.REPAIR_AFTER_COMMIT).awaitWrites(20);
        move.processes.replace(roles).awaitUp();
        move.awaitThat(
            "the repair's end",
            () -> cuts.stream().anyMatch(c -> c.cut().consistent() && repaired(c)));
        move.awaitWrites(50);
        Verdict.bothSidesAreEqual(move);
        assertThat(cuts.stream().filter(c -> c.cut().kind() == CutKind.REPAIR)).hasSize(1);
        requests.remove(move.workflow(), Request.Repair.keyOf("r1"));
      }
      move.cancel();
    }
  }

  private static boolean repaired(Passed passed) {
    return passed.cut().repaired().contains("r1");
  }

  private static String uuid(Move move) throws SQLException {
    MysqlServer target = move.targets().get(0);
    try (Connection connection = target.connectAsAdmin("_sluice");
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT DISTINCT workflow_uuid FROM checkpoint WHERE workflow = '"
                    + move.workflow()
                    + "'")) {
      row.next();
      return row.getString(1);
    }
  }

  /**
   * Each shard loses rows, gets wrong ones, extra ones, and such as belong to the other shard. Not
   * in its binary log: else the way back would bring it to the source.
   */
  private static Request.Repair breakRows(Move move, String uuid) throws SQLException {
    List<Request.Repair.Key> keys = new ArrayList<>();
    List<String> ranges = move.stack.options().targetShards();
    for (int shard = 0; shard < ranges.size(); shard++) {
      MysqlServer server = move.stack.target(ranges.get(shard));
      String here = ranges.get(shard);
      String other = ranges.get(1 - shard);
      try (Connection connection = server.connectAsAdmin(move.scope.targetSchema());
          Statement statement = connection.createStatement()) {
        // past the fence, and not in the binary log
        statement.execute("SET SESSION sql_log_bin = 0, @sluice_applier = 1");
        List<Long> ids = new ArrayList<>();
        try (ResultSet rows =
            statement.executeQuery(
                "SELECT order_id FROM corder ORDER BY RAND(1) LIMIT " + BROKEN)) {
          while (rows.next()) {
            ids.add(rows.getLong(1));
          }
        }
        for (int i = 0; i < ids.size(); i++) {
          long id = ids.get(i);
          if (i % 3 == 0) {
            statement.execute("DELETE FROM corder WHERE order_id = " + id);
            keys.add(key(id));
          } else if (i % 3 == 1) {
            statement.execute("UPDATE corder SET remark = 'broken' WHERE order_id = " + id);
            keys.add(key(id, here));
          } else {
            copyTo(move, statement, other, id);
            keys.add(key(id, here, other));
          }
        }
        long extra = ReverseTest.BASE + shard;
        statement.execute(
            "INSERT INTO corder (order_id, customer_id, sku, quantity, price, ordered_at) VALUES ("
                + extra
                + ", 1, 'EXTRA', 1, 1, NOW(6))");
        keys.add(key(extra, here));
      }
    }
    return new Request.Repair(uuid, "r1", "vdiff", Direction.FORWARD, "-", "corder", keys);
  }

  /** The row is on two shards. */
  private static void copyTo(Move move, Statement from, String shard, long id) throws SQLException {
    StringBuilder insert = new StringBuilder("REPLACE INTO corder VALUES (");
    try (ResultSet row = from.executeQuery("SELECT * FROM corder WHERE order_id = " + id)) {
      if (!row.next()) {
        return;
      }
      for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
        String value = row.getString(i);
        insert
            .append(i > 1 ? ", " : "")
            .append(value == null ? "NULL" : "'" + value.replace("'", "''") + "'");
      }
    }
    try (Connection connection =
            move.stack.target(shard).connectAsAdmin(move.scope.targetSchema());
        Statement statement = connection.createStatement()) {
      statement.execute("SET SESSION sql_log_bin = 0, @sluice_applier = 1");
      statement.execute("SET SESSION sql_mode = ''");
      statement.execute(insert.append(')').toString());
    }
  }

  private static Request.Repair.Key key(long id, String... shards) {
    return new Request.Repair.Key(List.of(Long.toString(id)), List.of(shards));
  }
}
