package dev.sluice.apply.hold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.apply.core.StreamPlace;
import dev.sluice.schemas.request.HoldState;
import dev.sluice.schemas.request.Holds;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StreamHoldsTest {

  private Instant now = Instant.parse("2026-11-21T12:00:00Z");
  private final Map<String, HoldState> known = new HashMap<>();
  private final Map<String, HoldState> arriving = new HashMap<>();
  private boolean readable = true;
  private int readOns;

  private final Holds requests =
      new Holds() {
        @Override
        public boolean readOn(Duration limit) {
          readOns++;
          if (readable) {
            known.putAll(arriving);
          }
          return readable;
        }

        @Override
        public HoldState state(String token) {
          return known.getOrDefault(token, HoldState.UNKNOWN);
        }

        @Override
        public HoldState awaitOver(String token, Duration limit) {
          return state(token);
        }
      };

  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);

  private final StreamHolds holds = new StreamHolds(requests, 2, clock, "w/forward/-");

  /** The planner has planned the cut, and the applier has committed it. */
  private boolean reach(int stream, String... tokens) throws InterruptedException {
    holds.close(stream);
    assertThat(holds.closed(stream)).isTrue();
    holds.committed(
        new StreamPlace(stream, 1, 5, 50, true, 9, 0, "", 0, Map.of(), List.of(tokens)));
    return holds.settle();
  }

  @Test
  void aStreamHoldsUntilItIsReleased() throws InterruptedException {
    known.put("m1", HoldState.LIVE);
    assertThat(reach(0, "m1")).isTrue();

    assertThat(holds.closed(0)).isTrue();
    assertThat(holds.closed(1)).as("the other goes on to its own marker").isFalse();
    assertThat(holds.held()).isEqualTo(new StreamHolds.Held("m1", now));
    assertThat(holds.settle()).as("it has begun already").isFalse();

    known.put("m1", HoldState.RELEASED);
    assertThat(holds.closed(0)).isFalse();
    assertThat(holds.held()).isNull();
  }

  @Test
  void aRequestThatWasWrittenBeforeTheMarkerIsFound() throws InterruptedException {
    arriving.put("m1", HoldState.LIVE);
    assertThat(reach(0, "m1")).isTrue();
    assertThat(readOns).isEqualTo(1);
    assertThat(holds.closed(0)).isTrue();
  }

  @Test
  void nobodyHoldsForWhatIsUnknownOverOrVoid() throws InterruptedException {
    for (HoldState state :
        List.of(HoldState.UNKNOWN, HoldState.RELEASED, HoldState.VOIDED, HoldState.EXPIRED)) {
      known.put("m1", state);
      assertThat(reach(0, "m1")).as("%s", state).isFalse();
      assertThat(holds.closed(0)).as("%s", state).isFalse();
    }
  }

  @Test
  void whoCannotAskDoesNotHold() throws InterruptedException {
    readable = false;
    arriving.put("m1", HoldState.LIVE);
    assertThat(reach(0, "m1")).isFalse();
    assertThat(holds.closed(0)).isFalse();
  }

  @Test
  void aHoldEndsAfterTenSecondsWhateverIsAsked() throws InterruptedException {
    known.put("m1", HoldState.LIVE);
    reach(0, "m1");
    now = now.plusMillis(9_999);
    assertThat(holds.closed(0)).isTrue();
    now = now.plusMillis(1);
    assertThat(holds.closed(0)).isFalse();
  }

  @Test
  void eachStreamHoldsAtItsOwnMarker() throws InterruptedException {
    known.put("a", HoldState.LIVE);
    known.put("b", HoldState.LIVE);
    reach(0, "a");
    Instant first = now;
    now = now.plusSeconds(3);
    reach(1, "b");

    assertThat(holds.closed(0) && holds.closed(1)).isTrue();
    assertThat(holds.held().since()).isEqualTo(first);
    known.put("a", HoldState.RELEASED);
    assertThat(holds.closed(0)).isFalse();
    assertThat(holds.closed(1)).isTrue();
    assertThat(holds.held().token()).isEqualTo("b");
  }

  @Test
  void ofTwoMarkersInOneCutTheLiveOneCounts() throws InterruptedException {
    known.put("old", HoldState.EXPIRED);
    known.put("new", HoldState.LIVE);
    assertThat(reach(0, "old", "new")).isTrue();
    assertThat(holds.held().token()).isEqualTo("new");
  }

  @Test
  void nothingOpensAStreamBeforeItsCutIsCommitted() throws InterruptedException {
    holds.close(0);
    assertThat(holds.settle()).isFalse();
    holds.committed(new StreamPlace(0, 1, 4, 40, true, 9, 0, ""));
    assertThat(holds.settle()).isFalse();
    assertThat(holds.closed(0)).isTrue();
  }
}
