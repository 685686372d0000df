package dev.sluice.tests.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.mysql.ddl.OwnDdl;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.DdlStatement;
import dev.sluice.schemas.journal.DdlStatement.Action;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.workflow.TableShape;
import dev.sluice.schemas.workflow.WorkflowOptions;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.StackScope;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stream makes of DDL: what it stands before, what it passes, what it does not even see. */
@Tag("capture")
@ExtendWith(SharedStack.class)
class DdlInTheStreamTest {

  private static final Duration LONG = Duration.ofSeconds(60);

  private CaptureRig rig;
  private CaptureRig.Running running;

  @BeforeEach
  void tables(StackScope scope) {
    rig = new CaptureRig(scope);
    rig.execute(
        "CREATE TABLE customer (customer_id INT NOT NULL PRIMARY KEY, email VARCHAR(200), n INT)",
        "CREATE TABLE other (id INT PRIMARY KEY, c INT)",
        "INSERT INTO customer VALUES (1, 'a', 1), (2, 'b', 2)");
    rig.plan(Map.of("customer", "customer_id"));
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private void start(String onDdl) {
    WorkflowOptions options =
        new WorkflowOptions(null, null, null, null, null, null, onDdl, null, null, null, null);
    running = rig.start(options, PausePoints.off());
    await()
        .atMost(LONG)
        .until(() -> !running.isAlive() || rig.status() != null && rig.status().consistent());
    assertThat(running.failure()).isNull();
  }

  private SluiceException stopped() {
    Throwable failure = running.awaitFailure(LONG);
    assertThat(failure).isInstanceOf(SluiceException.class);
    SluiceException error = (SluiceException) failure;
    assertThat(error.code()).as(error.getMessage()).isEqualTo(ErrorCode.DDL_STOPPED);
    return error;
  }

  /** As `sluice start` does it: the record has a new generation. */
  private void startAgain() {
    rig.generation++;
    running = rig.start();
  }

  private List<DdlStatement> journaled() {
    return rig.replay().cuts().stream().map(Cut::ddl).flatMap(List::stream).toList();
  }

  @Test
  void itStandsBeforeTheStatementUntilItIsStartedAgainAndGoesOnWithTheNewShape() {
    start("stop");
    rig.execute(
        "INSERT INTO customer VALUES (3, 'c', 3)",
        "ALTER TABLE customer ADD COLUMN d DECIMAL(8,2) DEFAULT 1.5 AFTER customer_id,"
            + " DROP COLUMN n, RENAME COLUMN email TO mail",
        "INSERT INTO customer VALUES (4, 4.25, 'd')",
        "UPDATE customer SET mail = 'aa' WHERE customer_id = 1");
    SluiceException first = stopped();
    assertThat(first).hasMessageContaining("RENAME COLUMN email TO mail");
    assertThat(first.remedy()).contains("sluice start");
    assertThat(rig.replay().rows("customer")).hasSize(3).containsEntry("3|", "3|c|3|");

    running = rig.start();
    assertThat(stopped()).as("the same generation").hasMessage(first.getMessage());

    startAgain();
    rig.awaitMarker();
    assertThat(rig.replay().rows("customer"))
        .containsEntry("1|", "1|1.50|aa|")
        .containsEntry("2|", "2|b|2|")
        .containsEntry("4|", "4|4.25|d|");
    assertThat(journaled())
        .extracting(DdlStatement::action)
        .containsExactly(Action.HOLD, Action.CHECK);

    running.stop();
    rig.execute("INSERT INTO customer VALUES (5, 5, 'e')");
    running = rig.start();
    rig.awaitMarker();
    assertThat(rig.replay().rows("customer")).containsEntry("5|", "5|5.00|e|");
    assertThat(rig.replay().gtids().values()).allMatch(count -> count == 1);
  }

  @Test
  void severalStatementsInARowAreEachStoodBeforeInTheirTurn() {
    start("stop");
    rig.execute(
        "ALTER TABLE customer ADD COLUMN a ENUM('x','y''z') CHARACTER SET latin1 NOT NULL",
        "INSERT INTO customer VALUES (3, 'c', 3, 'x')",
        "ALTER TABLE customer DROP COLUMN a, ADD INDEX (n)",
        "INSERT INTO customer VALUES (4, 'd', 4)",
        "TRUNCATE customer",
        "INSERT INTO customer VALUES (5, 'e', 5)");
    assertThat(stopped()).hasMessageContaining("ADD COLUMN a");
    startAgain();
    assertThat(stopped()).hasMessageContaining("DROP COLUMN a");
    assertThat(rig.replay().rows("customer")).containsEntry("3|", "3|c|3|x|").hasSize(3);
    startAgain();
    assertThat(stopped()).hasMessageContaining("TRUNCATE");
    assertThat(rig.replay().rows("customer")).containsEntry("4|", "4|d|4|").hasSize(4);
    startAgain();
    rig.awaitMarker();
    assertThat(rig.replay().rows("customer")).containsEntry("5|", "5|e|5|");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RENAME TABLE customer TO _customer_del, _customer_gho TO customer",
        "DROP TABLE customer"
      })
  void nothingCanFollowRowsThatAreGone(String statement) {
    goneForGood(statement);
  }

  @Tag("soak")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "RENAME TABLE customer TO sluice_ddl_elsewhere.customer",
        "RENAME TABLE other TO other2, customer TO former",
        "ALTER TABLE customer RENAME TO former",
        "ALTER TABLE customer DROP PRIMARY KEY, ADD PRIMARY KEY (customer_id, n)",
        "ALTER TABLE customer MODIFY customer_id VARCHAR(20) NOT NULL",
        "ALTER TABLE customer RENAME COLUMN customer_id TO id"
      })
  void nothingCanFollowRowsThatAreGoneEither(String statement) {
    goneForGood(statement);
  }

  private void goneForGood(String statement) {
    start("stop");
    rig.execute(
        "CREATE DATABASE IF NOT EXISTS sluice_ddl_elsewhere",
        "DROP TABLE IF EXISTS sluice_ddl_elsewhere.customer",
        "CREATE TABLE _customer_gho LIKE customer",
        "INSERT INTO customer VALUES (3, 'c', 3)",
        statement);
    stopped();
    assertThat(rig.replay().rows("customer")).hasSize(3);
    startAgain();
    SluiceException again = stopped();
    assertThat(again.remedy()).contains("cancel the workflow and create it again");
    if (statement.contains("_gho")) {
      assertThat(again).hasMessageContaining("gh-ost").hasMessageContaining("_customer_gho");
    }
  }

  @Test
  void whatIsElsewhereOrNotForTheEngineToReadChangesNothing() {
    start("stop");
    rig.execute(
        "CREATE DATABASE IF NOT EXISTS sluice_ddl_elsewhere",
        "DROP TABLE IF EXISTS sluice_ddl_elsewhere.customer",
        "CREATE TABLE sluice_ddl_elsewhere.customer (a INT PRIMARY KEY)",
        "ALTER TABLE sluice_ddl_elsewhere.customer ADD b INT, ADD INDEX (b)",
        "DROP TABLE sluice_ddl_elsewhere.customer",
        "ALTER TABLE other ADD COLUMN customer INT",
        "CREATE INDEX customer ON other (c)",
        "CREATE TABLE _customer_gho LIKE customer",
        "CREATE TABLE IF NOT EXISTS customer (x INT)",
        "CREATE VIEW v AS SELECT * FROM customer",
        "CREATE TRIGGER pt_osc_ins AFTER INSERT ON customer FOR EACH ROW SET @a = 1",
        "DROP TRIGGER pt_osc_ins",
        "CREATE TABLE j (id INT PRIMARY KEY, d JSON, INDEX k ((CAST(d->'$.a' AS UNSIGNED ARRAY))))",
        "CREATE TABLE h (id INT PRIMARY KEY, c INT CHECK (c > 1) NOT ENFORCED) START TRANSACTION",
        "ROLLBACK",
        "CREATE USER IF NOT EXISTS 'sluice_ddl'@'localhost' FAILED_LOGIN_ATTEMPTS 3"
            + " PASSWORD_LOCK_TIME 1",
        "DROP USER 'sluice_ddl'@'localhost'",
        "ANALYZE TABLE customer",
        "INSERT INTO customer VALUES (3, 'c', 3)");
    rig.awaitMarker();
    assertThat(running.failure()).isNull();
    assertThat(rig.replay().rows("customer")).hasSize(3).containsEntry("3|", "3|c|3|");
    assertThat(journaled()).isEmpty();
  }

  @Test
  void itsOwnStatementsDoNotCountAndEachTokenIsGoodForOne() {
    start("stop");
    String token = UUID.randomUUID().toString();
    String own = OwnDdl.marked("ALTER TABLE customer ADD COLUMN own INT", token, "0".repeat(64));
    announce(token);
    rig.execute(own);
    announce(null);
    rig.execute("INSERT INTO customer VALUES (3, 'c', 3, 33)");
    rig.awaitMarker();
    assertThat(rig.replay().rows("customer")).containsEntry("3|", "3|c|3|33|");
    assertThat(journaled()).extracting(DdlStatement::action).containsExactly(Action.OWN);
    Cut last = rig.replay().lastCut();
    assertThat(TableShape.ofJson(last.shapes().get("customer")).executed()).isFalse();
    assertThat(last.announced()).isEmpty();

    rig.execute(own.replace("own INT", "own2 INT"));
    assertThat(stopped()).hasMessageContaining("own2");
  }

  /** As an applier of the other direction does it; the first time it also makes its row. */
  private void announce(String token) {
    String text = token == null ? "NULL" : "'" + token + "'";
    rig.execute(
        "INSERT INTO _sluice.checkpoint (workflow_uuid, direction, stream, shard, workflow,"
            + " capture_epoch, cut, journal_offset, txn, owner_epoch, connection_id, ddl_token,"
            + " updated_at) VALUES ('"
            + rig.uuid
            + "', 'reverse', '-80', '-', 'w', 1, 1, 1, 1, 1, 1, "
            + text
            + ", NOW(6)) ON DUPLICATE KEY UPDATE txn = txn + 1, ddl_token = "
            + text);
  }
}
