package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackOptions;
import dev.sluice.tests.stack.StackScope;
import dev.sluice.tests.stack.Stacks;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The server behind an endpoint's address becomes another one, as after a failover: reading goes on
 * by GTIDs, unless the new one lacks what the journal holds.
 */
@Tag("soak")
class ReplacedServerTest {

  private static final SampleSize SIZE = SampleSize.SMALL;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aReplicaThatStopsLagsOrIsReplacedIsSurvived() throws Exception {
    try (Stack stack = Stacks.start(StackOptions.named("replaced-replica").replica(true).build());
        StackScope scope = StackScope.open(stack, "replica")) {
      MysqlServer replica = stack.mysql("source/replica");
      try (SwitchedAddress address = new SwitchedAddress(replica.port());
          Move move =
              Move.of(
                  stack,
                  scope,
                  SIZE,
                  scope.serverConfig().withPort(replica.name(), address.port()),
                  384)) {
        move.write(60).start(Layout.ALL_IN_ONE);
        move.create(Map.of("read-from", "replica", "copy.slice", "300ms"));
        move.awaitState("running").awaitWrites(50);

        replica.execute("STOP REPLICA");
        move.awaitThat("the replica's lag is shown", () -> replicaLag(move) > 4);
        assertThat(move.status().path("error").isNull()).as("a lag is no error").isTrue();
        replica.execute("START REPLICA");
        move.awaitThat("the replica has caught up", () -> replicaLag(move) < 2);

        replica.kill();
        move.awaitWrites(300);
        replica.start();
        OperatorFaultsTest.awaitRecovered(move);

        // the primary itself has the same transactions
        address.leadTo(stack.source().port());
        move.awaitWrites(200);
        OperatorFaultsTest.awaitRecovered(move);

        Verdict.everythingIsEqual(move);
        move.cancel();
      }
    }
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aFailedOverSourceIsFollowedAndAStrangerIsRefused() throws Exception {
    StackOptions options =
        StackOptions.named("failed-over").replica(true).extraServers("stranger").build();
    try (Stack stack = Stacks.start(options);
        StackScope scope = StackScope.open(stack, "failover")) {
      MysqlServer replica = stack.mysql("source/replica");
      MysqlServer stranger = stack.mysql("stranger");
      stranger.execute("CREATE SCHEMA `" + scope.sourceSchema() + "`");
      try (SwitchedAddress address = new SwitchedAddress(stack.source().port());
          Move move =
              Move.of(
                  stack,
                  scope,
                  SIZE,
                  scope.serverConfig().withPort(stack.source().name(), address.port()),
                  384)) {
        move.write(60).start(Layout.ALL_IN_ONE).create().awaitState("running").awaitWrites(50);

        address.leadTo(stranger.port());
        move.awaitState("error");
        assertThat(move.status().path("error").path("code").asText())
            .isEqualTo("GTID_SET_NOT_CONTAINED");
        address.leadTo(stack.source().port());
        assertThat(RetentionTest.act(move, "start", Map.of())).isEqualTo(202);
        move.awaitState("running").awaitWrites(50);
        Verdict.everythingIsEqual(move);

        promote(stack.source(), replica);
        address.leadTo(replica.port());
        String table = "`" + scope.sourceSchema() + "`.customer";
        replica.execute(
            "INSERT INTO "
                + table
                + " (customer_id, email, full_name, created_at)"
                + " VALUES (900000001, 'after@example.org', 'after the failover', NOW(6))",
            "DELETE FROM " + table + " WHERE customer_id = 5");
        move.awaitThat("the new row is on the target", () -> rows(stack, scope, 900_000_001L) == 1);
        move.awaitThat("the old row is gone", () -> rows(stack, scope, 5) == 0);
        assertThat(move.status().path("state").asText()).isEqualTo("running");
        assertThat(count(replica, scope.sourceSchema()))
            .isEqualTo(
                count(stack.target("-80"), scope.targetSchema())
                    + count(stack.target("80-"), scope.targetSchema()));
        move.cancel();
        // the scope drops its schemas there
        stack.source().start();
      }
    }
  }

  /** The writer has ended: the replica gets everything, then the primary is gone for good. */
  private static void promote(MysqlServer source, MysqlServer replica) throws Exception {
    String executed = text(source, "SELECT @@GLOBAL.gtid_executed");
    assertThat(text(replica, "SELECT WAIT_FOR_EXECUTED_GTID_SET('" + executed + "', 30)"))
        .isEqualTo("0");
    source.kill();
    replica.execute(
        "STOP REPLICA",
        "RESET REPLICA ALL",
        "SET GLOBAL super_read_only = OFF",
        "SET GLOBAL read_only = OFF");
  }

  private static double replicaLag(Move move) {
    JsonNode lag = move.status().path("streams").path(0).path("replicaLagSeconds");
    return lag.asDouble(-1);
  }

  private static long rows(Stack stack, StackScope scope, long customer) throws Exception {
    String query =
        "SELECT COUNT(*) FROM `" + scope.targetSchema() + "`.customer WHERE customer_id = ";
    return Long.parseLong(text(stack.target("-80"), query + customer))
        + Long.parseLong(text(stack.target("80-"), query + customer));
  }

  private static long count(MysqlServer server, String schema) throws Exception {
    return Long.parseLong(text(server, "SELECT COUNT(*) FROM `" + schema + "`.customer"));
  }

  private static String text(MysqlServer server, String query) throws Exception {
    try (var connection = server.connectAsAdmin("");
        var statement = connection.createStatement();
        var row = statement.executeQuery(query)) {
      return row.next() ? row.getString(1) : null;
    }
  }
}
