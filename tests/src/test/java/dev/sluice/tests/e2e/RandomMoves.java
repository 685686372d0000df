package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.apply.ApplyDdlPausePoints;
import dev.sluice.apply.ApplyPausePoints;
import dev.sluice.capture.CapturePausePoints;
import dev.sluice.controller.ControllerPausePoints;
import dev.sluice.tests.process.SluiceClient;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Random moves side by side in one server process, which is killed at points that the seeds choose:
 * some while rows are copied, some later. Not thread-safe.
 */
final class RandomMoves implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RandomMoves.class);

  /** A point that nothing comes to is given up after that; the process is killed all the same. */
  private static final Duration HELD = Duration.ofSeconds(30);

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final List<String> NOT_AT_WORK =
      List.of("starting", "retrying", "error", "stopped", "unknown");

  private static final List<String> EARLY =
      List.of(
          CapturePausePoints.FENCED,
          CapturePausePoints.BEFORE_FIRST_CUT,
          CapturePausePoints.SLICE_OPENED,
          CapturePausePoints.COPY_BEFORE_COMMIT,
          CapturePausePoints.COPY_AFTER_COMMIT,
          CapturePausePoints.SLICE_CLOSED,
          CapturePausePoints.BEFORE_MARKER,
          CapturePausePoints.AFTER_MARKER,
          ApplyPausePoints.APPLY_OWNED,
          ApplyPausePoints.APPLY_COPY_PIECE_COMMITTED,
          ApplyPausePoints.APPLY_BEFORE_INDEX,
          ApplyPausePoints.APPLY_AFTER_INDEX,
          ControllerPausePoints.TABLES_CREATED,
          ControllerPausePoints.TOPICS_CREATED);

  private static final List<String> LATE =
      List.of(
          CapturePausePoints.BEFORE_CUT_SEND,
          CapturePausePoints.BEFORE_COMMIT,
          CapturePausePoints.AFTER_COMMIT,
          CapturePausePoints.MID_TRANSACTION,
          CapturePausePoints.BEFORE_DDL_CUT,
          CapturePausePoints.AFTER_DDL_CUT,
          ApplyPausePoints.APPLY_BEFORE_CHECKPOINT,
          ApplyPausePoints.APPLY_AFTER_CHECKPOINT,
          ApplyPausePoints.APPLY_AFTER_ROWS,
          ApplyPausePoints.APPLY_BEFORE_COMMIT,
          ApplyPausePoints.APPLY_AFTER_COMMIT,
          ApplyDdlPausePoints.APPLY_DDL_BEFORE_ANNOUNCE,
          ApplyDdlPausePoints.APPLY_DDL_ANNOUNCED,
          ApplyDdlPausePoints.APPLY_DDL_RUN,
          ApplyDdlPausePoints.APPLY_DDL_CLEARED);

  private final List<RandomMove> moves = new ArrayList<>();
  private final List<String> early = new ArrayList<>();
  private final List<String> late = new ArrayList<>();
  private final Keyspaces keyspaces;
  private final ShardedMove server;
  private final RandomMove.Scale scale;
  private volatile SluiceProcess process;

  RandomMoves(Stack stack, StackScope scope, List<Long> seeds, RandomMove.Scale scale)
      throws Exception {
    this.scale = scale;
    this.keyspaces = new Keyspaces(stack);
    Path directory = Files.createDirectories(Path.of("target", "random-moves", scope.workflow()));
    for (long seed : seeds) {
      moves.add(new RandomMove(seed, scope, keyspaces, directory, scale));
      Rolls rolls = new Rolls(seed, "kills");
      if (rolls.percent(35)) {
        // no small table has indexes that are added later
        boolean small = scale == RandomMove.Scale.SMALL;
        early.add(
            rolls.of(EARLY.stream().filter(point -> !small || !point.contains("INDEX")).toList()));
      }
      if (rolls.percent(35)) {
        late.add(rolls.of(LATE));
      }
    }
    if (scale == RandomMove.Scale.SMALL && !early.isEmpty()) {
      // a new process costs more than the moves
      late.clear();
      early.subList(1, early.size()).clear();
    }
    this.server = new ShardedMove(stack, scope, keyspaces, 768);
  }

  void run() throws Exception {
    for (RandomMove move : moves) {
      log.info("{}", move);
      move.prepare();
      move.startWriters();
      server.expect(move.workflow());
    }
    log.info("killed at {}, then at {}", early, late);
    process = server.startHeldAt(early.stream().limit(1).toArray(String[]::new));
    FutureTask<Void> creator = new FutureTask<>(() -> moves.forEach(this::create), null);
    new Thread(creator, "creator").start();
    FutureTask<Void> ddlAllowed = new FutureTask<>(() -> moves.forEach(this::allowDdl), null);
    new Thread(ddlAllowed, "allows DDL").start();
    for (int i = 0; i < early.size(); i++) {
      killed(early.get(i), i + 1 < early.size() ? early.get(i + 1) : null);
    }
    creator.get();
    awaitRunning();
    ddlAllowed.get();
    awaitTransactions(scale.transactions());
    if (scale == RandomMove.Scale.FULL) {
      for (RandomMove move : moves) {
        happen(move);
      }
      awaitRunning();
    }
    for (String point : late) {
      process = server.startHeldAt(point);
      killed(point, null);
      awaitRunning();
    }
    awaitTransactions(scale.transactions());
    for (RandomMove move : moves) {
      move.stopWriters();
    }
    for (RandomMove move : moves) {
      settles(move);
      move.isEqual();
      server.cancel(move.workflow());
    }
  }

  /** Waits until the process is held at its point, and replaces it by another one. */
  private void killed(String point, String next) {
    try {
      await().atMost(HELD).pollInterval(Duration.ofMillis(50)).until(() -> process.reached(point));
      log.info("killed at {}", point);
    } catch (ConditionTimeoutException e) {
      log.info("killed, but not at {}: nothing came there", point);
    }
    process = next == null ? server.startHeldAt() : server.startHeldAt(next);
  }

  /** Asks until the answer is one; the server may be killed meanwhile. */
  private void create(RandomMove move) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> {
              try {
                SluiceClient.Answer answer = process.client().create(move.spec());
                if (answer.code() == 422 || answer.code() == 400) {
                  throw new AssertionError(move + "\n" + answer.body().toPrettyString());
                }
                return answer.ok() || answer.code() == 409;
              } catch (UncheckedIOException e) {
                return false;
              }
            });
  }

  /** DDL before that would have to be run on the targets by hand. */
  private void allowDdl(RandomMove move) {
    awaitThat(
        move,
        "a beginning",
        () -> {
          List<Long> cuts = new ArrayList<>();
          // another process than the one asked last may be there
          JsonNode status = process.client().status(move.workflow()).body();
          for (JsonNode stream : status.path("streams")) {
            cuts.add(stream.path("cut").asLong());
          }
          return cuts.size() >= move.streams() && cuts.stream().allMatch(cut -> cut > 0);
        });
    move.allowDdl();
  }

  private void happen(RandomMove move) {
    RandomMove.Event event = move.event();
    log.info("seed {}: {}", move.seed, event);
    switch (event) {
      case STOP_AND_START -> {
        act(move, "stop", Map.of());
        awaitThat(move, "stopped", () -> state(move).equals("stopped"));
        act(move, "start", Map.of());
      }
      case RECOPY -> act(move, "start", Map.of("recopy", true));
      case DDL_BY_HAND -> {
        move.ddlByHand(move.from);
        // every stream stops, one after the other
        awaitThat(move, "stopped by DDL", () -> state(move).equals("error"));
        move.ddlByHand(move.into);
        awaitThat(move, "running behind DDL", () -> startedAgain(move));
      }
      default -> {}
    }
  }

  private void act(RandomMove move, String action, Map<String, ?> body) {
    SluiceClient.Answer answer = process.client().act(move.workflow(), action, body);
    assertThat(answer.ok()).as("%s of %s: %s", action, move, answer.body()).isTrue();
  }

  private String state(RandomMove move) {
    return server.status(move.workflow()).path("state").asText();
  }

  private boolean startedAgain(RandomMove move) {
    JsonNode status = server.status(move.workflow());
    if (status.path("state").asText().equals("error")) {
      assertThat(status.path("error").path("code").asText())
          .as("%s%n%s", move, status)
          .isEqualTo("DDL_STOPPED");
      act(move, "start", Map.of());
      return false;
    }
    return isRunning(move);
  }

  private void awaitRunning() {
    for (RandomMove move : moves) {
      awaitThat(move, "running", () -> isRunning(move));
    }
  }

  private boolean isRunning(RandomMove move) {
    JsonNode status = server.status(move.workflow());
    String state = status.path("state").asText();
    if (state.equals("error")) {
      throw new AssertionError(move + "\n" + status.toPrettyString() + "\n" + server.logs());
    }
    return state.equals("running")
        && Stream.of("streams", "appliers")
            .flatMap(units -> status.path(units).findValuesAsText("state").stream())
            .noneMatch(NOT_AT_WORK::contains);
  }

  private void awaitTransactions(long more) {
    for (RandomMove move : moves) {
      long goal = move.transactions() + more;
      awaitThat(move, goal + " transactions", () -> move.transactions() >= goal);
    }
  }

  private void awaitThat(RandomMove move, String what, Callable<Boolean> condition) {
    try {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(100))
          .ignoreExceptionsInstanceOf(UncheckedIOException.class)
          .until(condition);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "never came: "
              + what
              + "\n"
              + move
              + "\n"
              + server.status(move.workflow()).toPrettyString()
              + "\n"
              + server.logs(),
          e);
    }
  }

  private void settles(RandomMove move) throws Exception {
    try {
      server.settles(move.workflow(), move.from, move.into);
    } catch (AssertionError e) {
      throw new AssertionError(move + "\n" + server.status(move.workflow()).toPrettyString(), e);
    }
    assertThat(server.status(move.workflow()).path("state").asText())
        .as("%s", move)
        .isEqualTo("running");
  }

  @Override
  public void close() throws Exception {
    for (RandomMove move : moves) {
      move.close();
    }
    server.close();
  }
}
