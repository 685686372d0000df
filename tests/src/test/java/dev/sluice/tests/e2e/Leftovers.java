package dev.sluice.tests.e2e;

import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.routing.RoutingRule;
import dev.sluice.schemas.routing.RoutingRulesFollower;
import dev.sluice.tests.compare.Side;
import dev.sluice.tests.stack.MysqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;

/** What is there of a workflow after its end, everywhere where it could have left something. */
record Leftovers(Move move) {

  /** Sidecar tables and the column that tells whose a row is. */
  private static final Map<String, String> SIDECAR =
      Map.of(
          "checkpoint", "workflow",
          "marker", "workflow",
          "fence", "id",
          "heartbeat", "id",
          "parked", "workflow_uuid");

  static Leftovers of(Move move) {
    return new Leftovers(move);
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", move.stack.kafka().bootstrapServers()));
  }

  /** Topics of either direction. */
  Set<String> topics() throws Exception {
    try (Admin admin = admin()) {
      Set<String> topics = new TreeSet<>(admin.listTopics().names().get());
      topics.removeIf(
          name ->
              !name.startsWith(move.workflow() + ".")
                  && !name.startsWith(move.workflow() + "_reverse."));
      return topics;
    }
  }

  /** Consumer groups of the workflow. */
  Set<String> groups() throws Exception {
    try (Admin admin = admin()) {
      Set<String> groups = new TreeSet<>();
      for (GroupListing group : admin.listGroups().all().get()) {
        if (group.groupId().contains(move.workflow())) {
          groups.add(group.groupId());
        }
      }
      return groups;
    }
  }

  private List<Connection> everywhere() throws SQLException {
    List<Connection> connections = new ArrayList<>();
    connections.add(move.source().openUtc());
    for (MysqlServer server : move.targets()) {
      connections.add(Side.on(server, move.scope.targetSchema()).openUtc());
    }
    return connections;
  }

  private List<String> query(String sql) throws SQLException {
    List<String> found = new ArrayList<>();
    for (Connection connection : everywhere()) {
      try (connection) {
        found.addAll(SwitchRig.query(connection, sql));
      }
    }
    return found;
  }

  /** Triggers on the tables of either side. */
  List<String> triggers() throws SQLException {
    return query(
        "SELECT CONCAT(TRIGGER_SCHEMA, '.', TRIGGER_NAME) FROM information_schema.TRIGGERS"
            + " WHERE TRIGGER_SCHEMA = DATABASE()");
  }

  /** Tables of the source's schema, or of the target's. */
  Set<String> tables(boolean ofTarget) throws SQLException {
    try (Connection connection =
        ofTarget
            ? Side.on(move.targets().get(0), move.scope.targetSchema()).openUtc()
            : move.source().openUtc()) {
      return new TreeSet<>(SwitchRig.query(connection, "SHOW TABLES"));
    }
  }

  /** Rows of the workflow in sidecars; sequences, which applications go on to use, do not count. */
  List<String> sidecarRows() throws Exception {
    String uuid = move.processes.client().show(move.workflow()).orThrow().path("uuid").asText();
    List<String> rows = new ArrayList<>();
    for (Map.Entry<String, String> table : SIDECAR.entrySet()) {
      rows.addAll(
          query(
              "SELECT CONCAT('"
                  + table.getKey()
                  + " ', "
                  + table.getValue()
                  + ") FROM _sluice."
                  + table.getKey()
                  + " WHERE "
                  + table.getValue()
                  + " LIKE '"
                  + uuid
                  + "%' OR "
                  + table.getValue()
                  + " = '"
                  + move.workflow()
                  + "' OR "
                  + table.getValue()
                  + " LIKE '"
                  + move.workflow()
                  + "/%'"));
    }
    // says for a week that the fence has ended, to controllers that were frozen meanwhile
    rows.removeIf(row -> row.startsWith("fence ") && row.endsWith("/controller"));
    return rows;
  }

  /** Routing rules of the moved tables. */
  List<RoutingRule> rules() throws InterruptedException {
    KafkaSettings kafka =
        new KafkaSettings(
            move.stack.kafka().bootstrapServers(),
            Map.of(),
            KafkaSettings.DEFAULT_RECORD_MAX_BYTES);
    try (RoutingRulesFollower follower = new RoutingRulesFollower(kafka).start()) {
      follower.awaitEnd(Duration.ofSeconds(20));
      return follower.table().rules().stream()
          .filter(rule -> Move.TABLES.contains(rule.fromTable()))
          .toList();
    }
  }
}
