package dev.sluice.controller.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.controller.cutover.PreconditionException;
import dev.sluice.controller.cutover.PreconditionException.Failed;
import dev.sluice.controller.cutover.SwitchOptions;
import dev.sluice.controller.lifecycle.Event;
import dev.sluice.mysql.fence.FenceSide;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.routing.TabletType;
import dev.sluice.schemas.status.UnitError;
import dev.sluice.schemas.vdiff.VDiffEntry;
import dev.sluice.schemas.vdiff.VDiffOrder;
import dev.sluice.schemas.vdiff.VDiffResult;
import dev.sluice.schemas.vdiff.VDiffState;
import dev.sluice.schemas.workflow.WorkflowRecord;
import dev.sluice.schemas.workflow.WorkflowState;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that can stand in the way of a change of traffic, each with its own message. */
class TrafficRefusalsTest extends TrafficCase {

  private static final SwitchOptions WITH_VDIFF = SwitchOptions.DEFAULTS;
  private static final SwitchOptions WITHOUT =
      new SwitchOptions(
          List.of(TabletType.values()),
          Duration.ofSeconds(30),
          Duration.ofMillis(800),
          Duration.ofHours(1),
          true);
  private static final UnitError BROKEN = new UnitError("ROW_TOO_LARGE", "40 MiB", "x", false);

  private static Arguments in(
      String check, String message, SwitchOptions options, Consumer<TrafficRefusalsTest> cause) {
    return Arguments.of(check, message, options, cause);
  }

  private static Arguments in(String check, String message, Consumer<TrafficRefusalsTest> cause) {
    return in(check, message, WITHOUT, cause);
  }

  static Stream<Arguments> causes() {
    return Stream.of(unitCauses(), vdiffCauses(), serverCauses()).flatMap(List::stream);
  }

  private static List<Arguments> unitCauses() {
    return List.of(
        in(
            "streams",
            "stream move/forward/- has said nothing yet",
            test -> test.statuses.remove("stream/move/forward/-")),
        in(
            "streams",
            "has said nothing for 60 s",
            test -> test.stream("streaming", true, null, -60)),
        in(
            "streams",
            "is error: ROW_TOO_LARGE: 40 MiB",
            test -> test.stream("error", true, BROKEN, 0)),
        in("streams", "is starting", test -> test.stream("starting", true, null, 0)),
        in(
            "streams",
            "has not taken up its work again since the last start",
            test -> test.statuses.stream("streaming", true, 1_000, 0, test.now)),
        in(
            "appliers",
            "applier move/forward/80- has said nothing yet",
            test -> test.statuses.remove("applier/move/forward/80-")),
        in("appliers", "is retrying", test -> test.applier("retrying", true, List.of())),
        in("consistent", "copies rows", test -> test.stream("streaming", false, null, 0)),
        in(
            "consistent",
            "has applied no consistent cut of [-] yet",
            test -> test.applier("applying", false, List.of())),
        in(
            "indexes",
            "still builds indexes of [customer]",
            test -> test.applier("applying", true, List.of("customer"))),
        in(
            "parked_rows",
            "has parked 3 rows",
            test -> {
              test.statuses.parked(3);
              test.applier("applying", true, List.of());
            }),
        in(
            "lag",
            "stream move/forward/- is 0.5 s behind, more than 0.2 s",
            new SwitchOptions(
                List.of(TabletType.values()),
                Duration.ofSeconds(30),
                Duration.ofMillis(200),
                Duration.ofHours(1),
                true),
            test -> {}),
        in(
            "reverse",
            "stream move/reverse/-80 is stopped",
            test -> test.statuses.reverseStopped(1, test.now)),
        in(
            "reverse",
            "applier move/reverse/- has said nothing yet",
            test -> test.statuses.remove("applier/move/reverse/-")));
  }

  private static List<Arguments> vdiffCauses() {
    Instant now = new TrafficRefusalsTest().now;
    return List.of(
        in("vdiff", "there is no VDiff of this workflow", WITH_VDIFF, test -> {}),
        in(
            "vdiff",
            "the last VDiff is not completed but running",
            WITH_VDIFF,
            test -> test.vdiff(VDiffState.RUNNING, now, 0, "customer")),
        in(
            "vdiff",
            "the last VDiff found 2 rows that differ",
            WITH_VDIFF,
            test -> test.vdiff(VDiffState.COMPLETED, now, 2, "customer")),
        in(
            "vdiff",
            "too old, of an earlier copy, or not of all tables",
            WITH_VDIFF,
            test ->
                test.vdiff(VDiffState.COMPLETED, now.minus(Duration.ofHours(25)), 0, "customer")),
        in(
            "vdiff",
            "too old, of an earlier copy, or not of all tables",
            WITH_VDIFF,
            test -> test.vdiff(VDiffState.COMPLETED, now, 0, "corder")));
  }

  private static List<Arguments> serverCauses() {
    return List.of(
        in(
            "servers",
            "cannot reach 127.0.0.1:3306",
            test -> test.cutover.unreachable.put("-80", "cannot reach 127.0.0.1:3306")),
        in(
            "fence_denied",
            "the target takes application writes already",
            test -> test.cutover.denied.put(FenceSide.TARGET, false)),
        in(
            "open_transactions",
            "connection 7 has a transaction open for 60 s",
            test ->
                test.cutover.transactions =
                    List.of("connection 7 has a transaction open for 60 s")),
        in(
            "fence_armed",
            "the fences cannot be made ready: TRIGGER command denied",
            test ->
                test.cutover.fail(
                    "arm source", ErrorCode.MYSQL_PRIVILEGE_MISSING, "TRIGGER command denied")),
        in(
            "servers",
            "gone away",
            test -> test.cutover.fail("arm target", ErrorCode.MYSQL_UNAVAILABLE, "gone away")),
        in(
            "servers",
            "no such topic",
            test -> test.cutover.fail("follow", ErrorCode.KAFKA_UNAVAILABLE, "no such topic")));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("causes")
  void isRefusedByItsOwnMessageAndNothingIsChanged(
      String check, String message, SwitchOptions options, Consumer<TrafficRefusalsTest> cause) {
    WorkflowRecord before = record();
    cause.accept(this);

    assertThatThrownBy(
            () ->
                engine()
                    .command(Command.changing(Event.SWITCH_TRAFFIC, "anna", "why", false, options)))
        .isInstanceOfSatisfying(
            PreconditionException.class,
            e ->
                assertThat(e.failed())
                    .as("%s", e.failed())
                    .anySatisfy(
                        failed -> {
                          assertThat(failed.check()).isEqualTo(check);
                          assertThat(failed.message()).contains(message);
                        }));

    assertThat(record()).isEqualTo(before);
    assertThat(cutover.done).doesNotContain("deny source", "allow target");
    assertThat(cutover.accepts(FenceSide.SOURCE)).isTrue();
  }

  /** The list above is of everything that is ever refused. */
  @Test
  void everyCheckIsListed() {
    assertThat(causes().map(arguments -> arguments.get()[0]).distinct())
        .containsExactlyInAnyOrder(
            "streams",
            "appliers",
            "consistent",
            "indexes",
            "parked_rows",
            "lag",
            "reverse",
            "vdiff",
            "servers",
            "fence_denied",
            "open_transactions",
            "fence_armed");
  }

  @Test
  void aCleanVDiffOfTodayLetsTheFirstSwitchPass() throws InterruptedException {
    vdiff(VDiffState.COMPLETED, now.minus(Duration.ofHours(23)), 0, "customer");

    engine().command(Command.changing(Event.SWITCH_TRAFFIC, "anna", "why", false, WITH_VDIFF));

    assertTarget();
  }

  @Test
  void onlyTheFirstSwitchAsksForAVDiff() throws InterruptedException {
    change(Event.SWITCH_TRAFFIC);
    change(Event.REVERSE_TRAFFIC);

    engine().command(Command.changing(Event.SWITCH_TRAFFIC, "anna", "why", false, WITH_VDIFF));

    assertTarget();
  }

  @Test
  void everythingInTheWayIsNamedAtOnce() {
    statuses.applier("-80", "retrying", false, List.of("customer"), 1, now).parked(3);
    statuses.applier("80-", "applying", true, List.of(), 1, now);
    statuses.stream("streaming", true, 1_000, 1, now.minusSeconds(60));
    cutover.transactions = List.of("connection 7 has a transaction open for 60 s");
    cutover.denied.put(FenceSide.TARGET, false);

    assertThatThrownBy(
            () ->
                engine()
                    .command(
                        Command.changing(Event.SWITCH_TRAFFIC, "anna", "why", false, WITH_VDIFF)))
        .isInstanceOfSatisfying(
            PreconditionException.class,
            e ->
                assertThat(e.failed())
                    .extracting(Failed::check)
                    .contains(
                        "appliers",
                        "consistent",
                        "indexes",
                        "parked_rows",
                        "streams",
                        "vdiff",
                        "fence_denied",
                        "open_transactions"));
    assertThat(cutover.done).isEmpty();
    assertThat(record().state()).isEqualTo(WorkflowState.RUNNING);
  }

  @Test
  void nobodyCompletesWhatIsStillReadOnTheSource() throws InterruptedException {
    change(Event.SWITCH_TRAFFIC, "primary");

    assertThatThrownBy(
            () -> engine().command(Command.completing("anna", "why", false, false, false)))
        .isInstanceOf(PreconditionException.class)
        .hasMessageContaining("replica, rdonly");
  }

  @Test
  void nobodyRenamesOverATable() throws InterruptedException {
    change(Event.SWITCH_TRAFFIC);
    cutover.renameProblems = List.of("_customer_old exists on 127.0.0.1:3306 already");

    assertThatThrownBy(
            () -> engine().command(Command.completing("anna", "why", false, true, false)))
        .isInstanceOfSatisfying(
            PreconditionException.class,
            e -> assertThat(e.failed().get(0).check()).isEqualTo("rename_tables"));
    assertTarget();
  }

  private void stream(String state, boolean consistent, UnitError error, long seconds) {
    statuses.stream(state, consistent, 1_000, 1, now.plusSeconds(seconds), error);
  }

  private void applier(String state, boolean consistent, List<String> indexing) {
    statuses.applier("-80", state, consistent, indexing, 1, now);
  }

  private void vdiff(VDiffState state, Instant at, long mismatches, String... tables) {
    VDiffOrder order =
        new VDiffOrder(
            "v", "move", "uuid-move", Arrays.asList(tables), null, "1h", at, true, 1, 0, List.of());
    VDiffResult.TableResult table =
        new VDiffResult.TableResult(
            state, 10, 10 - mismatches, mismatches, 0, 0, 0, 0, 0, 10, 0, null, null);
    VDiffResult result =
        new VDiffResult(
            "v",
            "move",
            "uuid-move",
            state,
            "stage",
            1,
            0,
            at,
            at,
            at,
            List.of(),
            100,
            null,
            0,
            Map.of(tables[0], table),
            List.of(),
            null,
            0,
            null);
    cutover.vdiff = Optional.of(new VDiffEntry(order, Optional.of(result)));
  }
}
