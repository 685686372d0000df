package dev.sluice.tests.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.kafka.SafeCommit;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What every kind of stack does; its servers have a replica of the source and network links. */
abstract class StackContract {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** The stack under test, started. */
  abstract Stack stack();

  private static long number(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  @Test
  void everyServerHasTheSettingsThatMovingTablesNeeds() throws Exception {
    for (MysqlServer server : stack().mysql()) {
      try (Connection connection = server.connect()) {
        assertThat(text(connection, "SELECT @@gtid_mode")).isEqualTo("ON");
        assertThat(text(connection, "SELECT @@enforce_gtid_consistency")).isEqualTo("ON");
        assertThat(text(connection, "SELECT @@binlog_format")).isEqualTo("ROW");
        assertThat(text(connection, "SELECT @@binlog_row_image")).isEqualTo("FULL");
        assertThat(text(connection, "SELECT @@global.time_zone")).isEqualTo("+00:00");
        assertThat(number(connection, "SELECT @@sync_binlog + @@innodb_flush_log_at_trx_commit"))
            .isEqualTo(2);
        assertThat(number(connection, "SELECT @@local_infile + @@performance_schema")).isEqualTo(2);
        assertThat(text(connection, "SELECT DATABASE()")).isEqualTo(server.schema());
      }
    }
  }

  @Test
  void serversHaveIdentitiesOfTheirOwn() throws Exception {
    List<String> identities = new ArrayList<>();
    for (MysqlServer server : stack().mysql()) {
      try (Connection connection = server.connect()) {
        identities.add(text(connection, "SELECT @@server_uuid"));
        identities.add(text(connection, "SELECT @@server_id"));
      }
    }
    assertThat(identities).hasSize(8).doesNotHaveDuplicates();
  }

  @Test
  void theReplicaFollowsTheSource() throws Exception {
    try (StackScope scope = StackScope.open(stack(), "replica")) {
      String table = scope.sourceSchema() + ".t";
      stack()
          .source()
          .execute(
              "CREATE TABLE " + table + " (id INT PRIMARY KEY)",
              "INSERT INTO " + table + " VALUES (1)");

      try (Connection replica = stack().mysql("source/replica").connectAsAdmin("")) {
        // it follows the other tests' writes, too
        Awaitility.await()
            .atMost(Duration.ofMinutes(2))
            .ignoreExceptions()
            .untilAsserted(
                () -> assertThat(number(replica, "SELECT COUNT(*) FROM " + table)).isOne());
        assertThat(number(replica, "SELECT @@super_read_only")).isOne();
        try (Connection source = stack().source().connectAsAdmin("")) {
          String ofReplica = text(replica, "SELECT @@global.gtid_executed");
          assertThat(
                  number(source, "SELECT GTID_SUBSET('" + ofReplica + "', @@global.gtid_executed)"))
              .as("the replica holds no transaction that its source does not have: %s", ofReplica)
              .isOne();
        }
      }
    }
  }

  @Test
  void theLeastPrivilegedAccountWorksOnMovedSchemasAndTheSidecarOnly() throws Exception {
    MysqlServer source = stack().source();
    try (StackScope scope = StackScope.open(stack(), "grants");
        Connection connection =
            DriverManager.getConnection(source.jdbcUrl(""), source.user(), source.password());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE " + scope.sourceSchema() + ".own (id INT PRIMARY KEY)");
      statement.execute("CREATE SCHEMA IF NOT EXISTS _sluice");

      assertThatThrownBy(() -> statement.execute("CREATE SCHEMA elsewhere"))
          .isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> statement.execute("CREATE SCHEMA asluice"))
          .isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> statement.execute("SET GLOBAL read_only = OFF"))
          .isInstanceOf(SQLException.class);
    }
  }

  @Test
  void aKilledMysqlServerComesBackAtItsPortWithWhatWasCommitted() throws Exception {
    MysqlServer target = stack().target("-80");
    try (StackScope scope = StackScope.open(stack(), "kill")) {
      String table = scope.targetSchema() + ".t";
      target.execute(
          "CREATE TABLE " + table + " (id INT PRIMARY KEY)",
          "INSERT INTO " + table + " VALUES (7)");

      target.kill();

      assertThat(target.isRunning()).isFalse();
      assertThatThrownBy(target::connect).isInstanceOf(SQLException.class);

      target.start();

      try (Connection connection = target.connectAsAdmin("")) {
        assertThat(number(connection, "SELECT id FROM " + table)).isEqualTo(7);
      }
    }
  }

  @Test
  void aFrozenMysqlServerAnswersAgainWhenItIsThawed() throws Exception {
    MysqlServer target = stack().target("80-");
    String url = target.jdbcUrl("") + "&socketTimeout=500";

    target.freeze();
    try {
      assertThatThrownBy(() -> DriverManager.getConnection(url, target.user(), target.password()))
          .isInstanceOf(SQLException.class);
      assertThat(target.isRunning()).isTrue();
    } finally {
      target.thaw();
    }

    try (Connection connection = target.connect()) {
      assertThat(number(connection, "SELECT 1")).isOne();
    }
  }

  @Test
  void aFrozenMysqlServerCanBeKilledAndStartsAgain() throws Exception {
    MysqlServer target = stack().target("80-");

    target.freeze();
    target.kill();

    assertThat(target.isRunning()).isFalse();

    target.start();

    try (Connection connection = target.connect()) {
      assertThat(number(connection, "SELECT 1")).isOne();
    }
  }

  @Test
  void aCutLinkBreaksConnectionsAndARestoredOneTakesNewOnes() throws Exception {
    MysqlServer source = stack().source();
    NetworkLink link = stack().link(source.name());
    String url = MysqlServer.jdbcUrl(link.host(), link.port(), "");
    try (Connection connection =
        DriverManager.getConnection(url, source.user(), source.password())) {
      assertThat(number(connection, "SELECT 1")).isOne();

      link.cut();

      assertThatThrownBy(() -> number(connection, "SELECT 1")).isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> DriverManager.getConnection(url, source.user(), source.password()))
          .isInstanceOf(SQLException.class);
    } finally {
      link.restore();
    }

    try (Connection connection =
        DriverManager.getConnection(url, source.user(), source.password())) {
      assertThat(number(connection, "SELECT 1")).isOne();
    }
  }

  @Test
  void committedRecordsOutliveAKilledBroker() throws Exception {
    String topic = "contract-committed";
    createTopic(topic);
    try (KafkaProducer<String, String> producer =
        producer(stack().kafka().bootstrapServers(), "contract")) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, 0, "k", "lost"));
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, 0, "k", "kept"));
      SafeCommit.commit(producer);
    }

    stack().kafka().kill();
    stack().kafka().start();

    assertThat(firstValue(stack().kafka().bootstrapServers(), topic)).isEqualTo("kept");
  }

  @Test
  void kafkaClientsBehindTheLinkStayBehindIt() throws Exception {
    String topic = "contract-link";
    createTopic(topic);
    NetworkLink link = stack().link("kafka");
    try (KafkaProducer<String, String> producer = producer(link.host() + ":" + link.port(), null)) {
      producer.send(new ProducerRecord<>(topic, 0, "k", "before")).get(20, TimeUnit.SECONDS);

      link.cut();
      var cutOff = producer.send(new ProducerRecord<>(topic, 0, "k", "during"));
      assertThatThrownBy(() -> cutOff.get(700, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);

      link.restore();
      assertThat(cutOff.get(30, TimeUnit.SECONDS).offset()).isEqualTo(1);
    } finally {
      link.restore();
    }
  }

  @Test
  void schemasOutliveAKilledRegistryAndStayBackwardCompatible() throws Exception {
    String subject = stack().registry().url() + "/subjects/contract-value/versions";
    assertThat(post(subject, "{\"schema\":\"\\\"string\\\"\"}")).isEqualTo(200);

    stack().registry().kill();
    stack().registry().start();

    assertThat(get(subject + "/latest")).contains("\"version\":1");
    assertThat(post(subject, "{\"schema\":\"\\\"long\\\"\"}")).isEqualTo(409);
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(Files.readAllLines(stack().registry().logFile()))
                    .as("the log of both starts, each line once")
                    .filteredOn(line -> line.contains("SqlRegistryStorage constructed"))
                    .hasSizeGreaterThan(1)
                    .doesNotHaveDuplicates());
  }

  private void createTopic(String topic) throws Exception {
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", stack().kafka().bootstrapServers()))) {
      admin
          .createTopics(List.of(new NewTopic(topic, 1, (short) 1)))
          .all()
          .get(20, TimeUnit.SECONDS);
    }
  }

  private static KafkaProducer<String, String> producer(
      String bootstrapServers, String transactionalId) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("reconnect.backoff.max.ms", 200);
    if (transactionalId != null) {
      settings.put("transactional.id", transactionalId);
    }
    return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
  }

  private static String firstValue(String bootstrapServers, String topic) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", bootstrapServers,
            "isolation.level", "read_committed",
            "auto.offset.reset", "earliest");
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (System.nanoTime() < deadline) {
        for (ConsumerRecord<String, String> found : consumer.poll(Duration.ofMillis(200))) {
          return found.value();
        }
      }
      throw new AssertionError("no committed record in " + topic);
    }
  }

  private static int post(String url, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.ofString())
        .statusCode();
  }

  private static String get(String url) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
  }
}
