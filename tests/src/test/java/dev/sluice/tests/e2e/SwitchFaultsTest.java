package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.controller.cutover.SwitchPausePoints;
import dev.sluice.tests.process.SluiceClient;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import dev.sluice.tests.stack.StackServer;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a switch needs is lost in the middle of it: it ends switched or cleanly undone, the source
 * is writable again, the answer and the history say which and why.
 */
@Tag("soak")
@ExtendWith(SharedStack.class)
class SwitchFaultsTest {

  private static final String CONTROLLER = "controller";

  /** A running move with a process a role, ready to switch, its controller held at the point. */
  private static SluiceProcess begin(SwitchRig rig, String point) throws Exception {
    SluiceProcess controller = rig.move.processes.start(CONTROLLER, point);
    rig.move.processes.start("capture");
    rig.move.processes.start("apply");
    rig.move.processes.awaitUp();
    rig.move.create().awaitState("running");
    rig.write(4, 80).awaitWrites(50);
    rig.ready("switch-traffic");
    return controller;
  }

  private static void undone(SwitchRig rig, SluiceClient.Answer answer, int code, String why)
      throws Exception {
    assertThat(answer.code()).as("%s", answer.body()).isEqualTo(code);
    assertThat(answer.body().path("message").asText())
        .contains(why)
        .contains("everything is as before");
    rig.endsIn("running");
    assertThat(rig.lastReason()).contains("undone").contains(why);
    assertThat(rig.sourceTakesWrites()).isTrue();
    assertThat(rig.targetTakesWrites()).isFalse();
    rig.awaitWrites(50);
  }

  private static void thenItSucceeds(SwitchRig rig) throws Exception {
    rig.changed("switch-traffic");
    rig.awaitWrites(50).bothSidesAreEqual();
    rig.nothingIsLost();
  }

  @ParameterizedTest
  @ValueSource(strings = {"capture", "apply"})
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aLostUnitUndoesIt(String role, Stack stack, StackScope scope) throws Exception {
    try (SwitchRig rig = SwitchRig.of(stack, scope)) {
      SluiceProcess controller = begin(rig, SwitchPausePoints.BEFORE_FENCE);
      CompletableFuture<SluiceClient.Answer> asked = rig.asked("switch-traffic");
      rig.move.awaitPaused(controller, SwitchPausePoints.BEFORE_FENCE);
      rig.move.processes.get(role).kill();
      controller.release(SwitchPausePoints.BEFORE_FENCE);

      String why =
          role.equals("capture")
              ? "stream - has not brought the fence's change"
              : "has not applied all that stream - brought";
      undone(rig, asked.join(), 504, why);
      rig.move.processes.start(role).awaitUp();
      thenItSucceeds(rig);
    }
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aTargetShardThatIsDownBeforeTheCommitUndoesIt(Stack stack, StackScope scope)
      throws Exception {
    try (SwitchRig rig = SwitchRig.of(stack, scope)) {
      SluiceProcess controller = begin(rig, SwitchPausePoints.BEFORE_FENCE);
      CompletableFuture<SluiceClient.Answer> asked = rig.asked("switch-traffic");
      rig.move.awaitPaused(controller, SwitchPausePoints.BEFORE_FENCE);
      StackServer shard = stack.target("80-");
      shard.kill();
      controller.release(SwitchPausePoints.BEFORE_FENCE);

      SluiceClient.Answer answer = asked.join();
      shard.start();
      undone(rig, answer, 503, "80-");
      thenItSucceeds(rig);
    }
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aTargetShardThatIsDownAfterTheCommitIsOpenedWhenItIsBack(Stack stack, StackScope scope)
      throws Exception {
    try (SwitchRig rig = SwitchRig.of(stack, scope)) {
      SluiceProcess controller = begin(rig, SwitchPausePoints.COMMITTED);
      CompletableFuture<SluiceClient.Answer> asked = rig.asked("switch-traffic");
      rig.move.awaitPaused(controller, SwitchPausePoints.COMMITTED);
      StackServer shard = stack.target("80-");
      shard.kill();
      controller.release(SwitchPausePoints.COMMITTED);

      SluiceClient.Answer answer = asked.join();
      assertThat(answer.code()).as("%s", answer.body()).isEqualTo(503);
      assertThat(answer.body().path("message").asText()).contains("is not open there yet");
      assertThat(rig.move.status().path("state").asText()).isEqualTo("switched");
      rig.move.awaitThat(
          "the status says what is in the way",
          () -> !rig.move.status().path("error").path("message").asText().isEmpty());
      assertThat(rig.sourceTakesWrites()).isFalse();
      shard.start();
      rig.endsIn("switched");
      rig.awaitWrites(50).bothSidesAreEqual();
      rig.nothingIsLost();
    }
  }

  /** A zone goes away with the controller and a server that the undo does not need. */
  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aControllerAndATargetShardLostTogetherBeforeTheCommitLeaveTheSourceOpen(
      Stack stack, StackScope scope) throws Exception {
    try (SwitchRig rig = SwitchRig.of(stack, scope)) {
      StackServer shard = stack.target("80-");
      lost(rig, SwitchPausePoints.FENCED, shard);

      rig.move.awaitThat("the source takes writes", rig::sourceTakesWrites);
      assertThat(rig.targetTakesWrites()).isFalse();
      rig.endsIn("running");
      assertThat(rig.lastReason()).contains("undone");
      rig.awaitWrites(50);
      shard.start();
      thenItSucceeds(rig);
    }
  }

  /**
   * The mirror image: what is committed is opened without the server that people move away from.
   */
  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aControllerAndTheSourceLostTogetherAfterTheCommitLeaveTheTargetOpen(
      Stack stack, StackScope scope) throws Exception {
    try (SwitchRig rig = SwitchRig.of(stack, scope)) {
      lost(rig, SwitchPausePoints.COMMITTED, stack.source());

      rig.move.awaitThat("the target takes writes", rig::targetTakesWrites);
      rig.endsIn("switched");
      rig.awaitWrites(50);
      stack.source().start();
      assertThat(rig.sourceTakesWrites()).isFalse();
      rig.awaitWrites(50).bothSidesAreEqual();
      rig.nothingIsLost();
    }
  }

  /** Begins a switch and kills the controller at the point, after a server; another one goes on. */
  private static void lost(SwitchRig rig, String point, StackServer server) throws Exception {
    SluiceProcess controller = begin(rig, point);
    SluiceProcess standby =
        rig.move.processes.start("standby", CONTROLLER, new String[0]).awaitUp();
    CompletableFuture<SluiceClient.Answer> asked = rig.asked("switch-traffic");
    rig.move.awaitPaused(controller, point);
    server.kill();
    controller.kill();
    asked.exceptionally(e -> null).join();
    rig.move.processes.speakTo(standby);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        SwitchPausePoints.HELD,
        SwitchPausePoints.FENCED,
        SwitchPausePoints.BEFORE_COMMIT,
        SwitchPausePoints.COMMITTED
      })
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void kafkaIsStartedAgain(String point, Stack stack, StackScope scope) throws Exception {
    try (SwitchRig rig = SwitchRig.of(stack, scope)) {
      SluiceProcess controller = begin(rig, point);
      CompletableFuture<SluiceClient.Answer> asked = rig.asked("switch-traffic");
      rig.move.awaitPaused(controller, point);
      stack.kafka().kill();
      controller.release(point);
      stack.kafka().start();
      asked.exceptionally(e -> null).join();

      rig.move.awaitThat("one side open", () -> rig.sourceTakesWrites() != rig.targetTakesWrites());
      rig.endsIn(rig.sourceTakesWrites() ? "running" : "switched");
      rig.awaitWrites(50);
      if (rig.sourceTakesWrites()) {
        rig.changed("switch-traffic");
      }
      rig.awaitWrites(50).bothSidesAreEqual();
      rig.nothingIsLost();
    }
  }

  /** A restore or a careless hand: nobody has to notice, and the way back is no dead end. */
  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void triggersThatAreGoneOnTheDeniedSideArePutBack(Stack stack, StackScope scope)
      throws Exception {
    try (SwitchRig rig = SwitchRig.of(stack, scope)) {
      begin(rig, "NONE");
      rig.changed("switch-traffic");
      rig.withoutRogue(
          () -> {
            try (Connection source = rig.move.source().openUtc();
                Statement statement = source.createStatement()) {
              for (String trigger :
                  SwitchRig.query(
                      source,
                      "SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA"
                          + " = DATABASE() AND TRIGGER_NAME LIKE 'sluice%u'")) {
                statement.execute("DROP TRIGGER `" + trigger + "`");
              }
            }
            assertThat(rig.sourceTakesWrites()).as("rolled back").isTrue();
            rig.move.awaitThat("denied again", () -> !rig.sourceTakesWrites());
            rig.move.awaitThat(
                "said in the history", () -> rig.lastReason().contains("they are again"));
          });
      assertThat(rig.move.status().path("state").asText()).isEqualTo("switched");
      rig.awaitWrites(50);
      rig.changed("reverse-traffic");
      rig.awaitWrites(50);
      rig.nothingIsLost();
    }
  }

  /** Before the first switch its transaction keeps triggers from being made, later the denial. */
  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aWriterThatDoesNotEndItsTransactionUndoesIt(Stack stack, StackScope scope) throws Exception {
    try (SwitchRig rig = SwitchRig.of(stack, scope)) {
      rig.move.start(Layout.ALL_IN_ONE).create().awaitState("running");
      rig.write(4, 80).awaitWrites(50);
      try (Connection stubborn = rig.sides.source().openUtc()) {
        String session = SwitchRig.query(stubborn, "SELECT CONNECTION_ID()").get(0);
        SluiceClient.Answer late = whileOpen(rig, stubborn);
        assertThat(late.code()).as("%s", late.body()).isEqualTo(504);
        assertThat(late.body().path("message").asText())
            .contains("connection " + session + " of", "everything is as before");
        assertThat(rig.move.status().path("state").asText()).isEqualTo("running");

        rig.changed("switch-traffic");
        rig.changed("reverse-traffic");
        undone(rig, whileOpen(rig, stubborn), 504, "sessions [" + session + " (");
      }
      thenItSucceeds(rig);
    }
  }

  private static SluiceClient.Answer whileOpen(SwitchRig rig, Connection stubborn)
      throws Exception {
    rig.ready("switch-traffic");
    stubborn.setAutoCommit(false);
    try (Statement statement = stubborn.createStatement()) {
      statement.execute(
          "INSERT INTO customer (customer_id, email, full_name, created_at) VALUES (910000000,"
              + " 'stubborn@example.org', 'Stubborn', NOW())");
      return rig.change("switch-traffic", Map.of("skipVdiff", true, "timeout", "8s"));
    } finally {
      stubborn.rollback();
      stubborn.setAutoCommit(true);
    }
  }
}
