package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.server.cli.ExitCode;
import dev.sluice.server.cli.Verbs;
import dev.sluice.tests.process.SluiceClient;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The traffic goes to the target and back under writers that follow the rules and one that does
 * not: no acknowledged write is lost or doubled, none accepted on both sides, both sides are equal
 * after each change.
 */
@ExtendWith(SharedStack.class)
class SwitchTest {

  private static final Logger LOG = LoggerFactory.getLogger(SwitchTest.class);

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void trafficGoesToAndFroUnderWrites(Stack stack, StackScope scope) throws Exception {
    rounds(stack, scope, 2, 120);
  }

  @Test
  @Tag("soak")
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void thirtyRoundsUnderFiveHundredTransactionsASecond(Stack stack, StackScope scope)
      throws Exception {
    List<Long> blocks = rounds(stack, scope, 30, 500);
    Collections.sort(blocks);
    assertThat(blocks.get(blocks.size() / 2)).as("median of %s", blocks).isLessThan(250);
    assertThat(blocks.get(blocks.size() - 1)).as("longest of %s", blocks).isLessThan(1_000);
  }

  private static List<Long> rounds(Stack stack, StackScope scope, int rounds, double rate)
      throws Exception {
    try (SwitchRig rig = SwitchRig.of(stack, scope)) {
      rig.move.start(Layout.ALL_IN_ONE).create().awaitState("running");
      rig.write(8, rate).awaitWrites(200);
      List<Long> blocks = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        blocks.add(rig.changed("switch-traffic"));
        rig.awaitWrites(100).bothSidesAreEqual();
        blocks.add(rig.changed("reverse-traffic"));
        rig.awaitWrites(100).bothSidesAreEqual();
      }
      LOG.info("write blocks {} ms, {}", blocks, rig.writer().counts());
      assertThat(rig.writer().counts().onTarget()).isPositive();
      assertThat(rig.writer().counts().sequenceIds()).isPositive();
      rig.nothingIsLost();
      rig.move.cancel();
      return blocks;
    }
  }

  /** By the command line, with exit code 3. */
  private static void isRefused(SwitchRig rig, String why, String verb, String... options) {
    List<String> arguments = new ArrayList<>(List.of(verb, rig.move.workflow()));
    arguments.addAll(List.of("--server", rig.move.processes.client().base(), "--reason", "test"));
    arguments.addAll(List.of(options));
    StringWriter errors = new StringWriter();
    int code =
        Verbs.commandLine()
            .setErr(new PrintWriter(errors))
            .execute(arguments.toArray(String[]::new));
    assertThat(code).as("%s: %s", arguments, errors).isEqualTo(ExitCode.REFUSED);
    assertThat(errors.toString()).contains(why);
  }

  /** Held by the servers' general logs, and by the ends of the topics that decisions go to. */
  private static void aDryRunChangesNothing(SwitchRig rig, String... verbs) throws Exception {
    List<MysqlServer> servers = new ArrayList<>(rig.move.targets());
    servers.add(rig.move.stack.source());
    List<String> topics =
        List.of(
            TopicNames.WORKFLOWS,
            TopicNames.ROUTING_RULES,
            TopicNames.VDIFFS,
            rig.move.topics().requests());
    KafkaOffsets offsets = new KafkaOffsets(rig.move);
    Map<TopicPartition, Long> before = offsets.ends(topics);
    try (GeneralLog log = new GeneralLog(servers)) {
      for (String verb : verbs) {
        Map<String, Object> body =
            verb.equals("switch-traffic")
                ? Map.of("dryRun", true, "skipVdiff", true)
                : Map.of("dryRun", true);
        SluiceClient.Answer planned = rig.change(verb, body);
        assertThat(planned.code()).as("%s: %s", verb, planned.body()).isEqualTo(200);
        assertThat(planned.body().path("steps"))
            .isNotEmpty()
            .allMatch(step -> step.path("outcome").asText().equals("planned"));
      }
      assertThat(log.statements()).as("the log is on").isNotEmpty();
      assertThat(log.changes()).isEmpty();
    }
    assertThat(offsets.ends(topics)).isEqualTo(before);
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void completeLeavesTheTargetAlone(Stack stack, StackScope scope) throws Exception {
    try (SwitchRig rig = SwitchRig.of(stack, scope)) {
      rig.move.start(Layout.ALL_IN_ONE).create().awaitState("running");
      rig.ready("switch-traffic");
      aDryRunChangesNothing(rig, "switch-traffic", "cancel");
      isRefused(rig, "there is no VDiff of this workflow", "switch-traffic");
      isRefused(rig, "s behind, more than 0.0 s", "switch-traffic", "--max-lag", "0s");
      isRefused(rig, "complete is not legal now", "complete");
      rig.write(2, 40).awaitWrites(20);
      rig.changed("switch-traffic");
      rig.awaitWrites(20);
      rig.resting(
          () -> {
            rig.ready("reverse-traffic");
            aDryRunChangesNothing(rig, "reverse-traffic", "complete");
          });
      assertThat(rig.change("complete", Map.of("renameTables", true)).code()).isEqualTo(202);
      rig.move.awaitState("completed");
      rig.awaitWrites(20).onTargets(false);

      Leftovers left = Leftovers.of(rig.move);
      assertThat(left.topics()).isEmpty();
      assertThat(left.groups()).isEmpty();
      assertThat(left.triggers()).isEmpty();
      assertThat(left.sidecarRows()).isEmpty();
      assertThat(left.tables(false)).contains("_customer_old", "_corder_old", "product");
      assertThat(left.tables(false)).doesNotContain("customer", "corder");
      assertThat(left.rules())
          .isNotEmpty()
          .allSatisfy(
              rule -> {
                assertThat(rule.toKeyspace()).isEqualTo("customer");
                assertThat(rule.workflow()).isNull();
              });
      rig.move.ended();
    }
  }

  /** What a completed move has brought to the target can be moved onward, under writes. */
  @Test
  @Tag("soak")
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aCompletedMoveCanBeMovedBackByANewOne(Stack stack, StackScope scope) throws Exception {
    try (SwitchRig rig = SwitchRig.of(stack, scope)) {
      rig.move.start(Layout.ALL_IN_ONE).create().awaitState("running");
      rig.write(4, 80).awaitWrites(50);
      rig.changed("switch-traffic");
      assertThat(rig.change("complete", Map.of()).code()).isEqualTo(202);
      rig.move.awaitState("completed");
      rig.awaitWrites(50);

      rig.move.rename(rig.move.workflow() + "b");
      Map<String, Object> options = Map.of("copy.slice", "500ms");
      rig.withoutRogue(
          () -> rig.move.create("customer", "commerce", options).awaitState("running"));
      rig.awaitWrites(50);
      rig.changed("switch-traffic");
      rig.awaitWrites(50).bothSidesAreEqual();
      assertThat(rig.targetTakesWrites()).isFalse();
      assertThat(rig.change("complete", Map.of()).code()).isEqualTo(202);
      rig.move.awaitState("completed");
      rig.awaitWrites(50).onSource();
      rig.move.ended();
    }
  }
}
