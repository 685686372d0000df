package dev.sluice.schemas.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.SluiceJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RequestBoardTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  private Instant now = NOW;
  private long offset;
  private final RequestBoard board =
      new RequestBoard("uuid", ((InstantSource) () -> now).withZone(ZoneOffset.UTC));

  private void read(Request request) {
    board.read(request.key(), request, offset++);
  }

  private static Request.Hold hold(String token) {
    return new Request.Hold("uuid", token, "vdiff", NOW.plusSeconds(10));
  }

  @Test
  void eachRequestSurvivesItsJsonForm() {
    List<Request> all =
        List.of(
            hold("t"),
            new Request.HoldReleased("uuid", "t"),
            new Request.HoldsVoided("uuid", NOW),
            new Request.HoldsVoided("uuid", null),
            new Request.Repair(
                "uuid",
                "id",
                "vdiff",
                Direction.FORWARD,
                "-",
                "corder",
                List.of(new Request.Repair.Key(List.of("7", "6162"), List.of("-80", "80-")))));
    for (Request request : all) {
      assertThat(SluiceJson.read(SluiceJson.write(request), Request.class)).isEqualTo(request);
    }
    assertThat(new String(SluiceJson.write(hold("t")), StandardCharsets.UTF_8))
        .contains("\"kind\":\"HOLD\"", "\"token\":\"t\"", "2026-11-21T12:00:10Z")
        .doesNotContain("\"key\"");
  }

  @Test
  void aHoldLivesUntilItIsReleasedOrItsTimeIsOver() {
    assertThat(board.state("t")).isEqualTo(HoldState.UNKNOWN);
    read(hold("t"));
    assertThat(board.state("t")).isEqualTo(HoldState.LIVE);
    now = NOW.plusSeconds(10);
    assertThat(board.state("t")).isEqualTo(HoldState.EXPIRED);
    now = NOW;
    read(new Request.HoldReleased("uuid", "t"));
    assertThat(board.state("t")).isEqualTo(HoldState.RELEASED);
    assertThat(board.state("other")).isEqualTo(HoldState.UNKNOWN);
  }

  @Test
  void neitherClockHasToBeRight() {
    now = NOW.plusSeconds(3_600);
    board.read("hold", hold("t"), offset++, Duration.ofSeconds(3_600));
    assertThat(board.state("t")).isEqualTo(HoldState.LIVE);
    now = now.plusSeconds(10);
    assertThat(board.state("t")).isEqualTo(HoldState.EXPIRED);

    now = NOW.minusSeconds(3_600);
    board.read("hold", hold("u"), offset++, Duration.ofSeconds(-3_600));
    assertThat(board.state("u")).isEqualTo(HoldState.LIVE);
    now = now.plusSeconds(10);
    assertThat(board.state("u")).isEqualTo(HoldState.EXPIRED);
  }

  @Test
  void aSwitchVoidsTheHoldsBeforeItAndAsLongAsItSays() {
    read(hold("before"));
    read(new Request.HoldsVoided("uuid", NOW.plusSeconds(30)));
    read(hold("meanwhile"));

    assertThat(board.state("before")).isEqualTo(HoldState.VOIDED);
    assertThat(board.state("meanwhile")).isEqualTo(HoldState.VOIDED);

    read(new Request.HoldsVoided("uuid", null));
    read(hold("after"));
    assertThat(board.state("meanwhile")).isEqualTo(HoldState.VOIDED);
    assertThat(board.state("after")).isEqualTo(HoldState.LIVE);
  }

  @Test
  void requestsOfAnEarlierWorkflowOfTheNameDoNotCount() {
    read(new Request.Hold("another", "t", "vdiff", NOW.plusSeconds(10)));
    assertThat(board.state("t")).isEqualTo(HoldState.UNKNOWN);
    read(hold("t"));
    read(new Request.HoldsVoided("another", NOW.plusSeconds(60)));
    assertThat(board.state("t")).isEqualTo(HoldState.LIVE);
  }

  @Test
  void whoHoldsIsWokenByTheRelease() throws Exception {
    read(hold("t"));
    CompletableFuture<HoldState> woken =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return board.awaitOver("t", Duration.ofMinutes(5));
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    read(new Request.HoldReleased("uuid", "t"));

    assertThat(woken.get(10, TimeUnit.SECONDS)).isEqualTo(HoldState.RELEASED);
    assertThat(board.awaitOver("t", Duration.ofMinutes(5))).isEqualTo(HoldState.RELEASED);
    read(hold("u"));
    assertThat(board.awaitOver("u", Duration.ofMillis(1))).isEqualTo(HoldState.LIVE);
  }

  @Test
  void holdsWhoseTimeIsLongOverAreForgotten() {
    read(hold("old"));
    now = NOW.plus(Duration.ofMinutes(2));
    read(new Request.Hold("uuid", "new", "vdiff", now.plusSeconds(10)));
    assertThat(board.state("old")).isEqualTo(HoldState.UNKNOWN);
    assertThat(board.state("new")).isEqualTo(HoldState.LIVE);
  }

  @Test
  void aStreamIsAskedForItsOwnRepairsInTheirOrder() {
    read(repair("b", Direction.FORWARD, "-80"));
    read(repair("a", Direction.FORWARD, "-80"));
    read(repair("c", Direction.FORWARD, "80-"));
    read(repair("d", Direction.REVERSE, "-80"));

    assertThat(board.repairs(Direction.FORWARD, "-80")).extracting("id").containsExactly("b", "a");
    board.read(Request.Repair.keyOf("b"), null, offset++);
    assertThat(board.repairs(Direction.FORWARD, "-80")).extracting("id").containsExactly("a");
  }

  @Test
  void aRepairNamesSomeKeysButNotTooMany() {
    assertThatThrownBy(() -> repair(List.of())).isInstanceOf(IllegalArgumentException.class);
    List<Request.Repair.Key> many =
        Collections.nCopies(
            Request.Repair.MOST_KEYS + 1, new Request.Repair.Key(List.of("1"), null));
    assertThatThrownBy(() -> repair(many)).hasMessageContaining("10001 keys");
  }

  private static Request.Repair repair(String id, Direction direction, String stream) {
    return new Request.Repair(
        "uuid",
        id,
        "vdiff",
        direction,
        stream,
        "t",
        List.of(new Request.Repair.Key(List.of("1"), List.of())));
  }

  private static Request.Repair repair(List<Request.Repair.Key> keys) {
    return new Request.Repair("uuid", "id", "vdiff", Direction.FORWARD, "-", "t", keys);
  }
}
