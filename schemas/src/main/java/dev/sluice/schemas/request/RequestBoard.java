package dev.sluice.schemas.request;

import dev.sluice.schemas.workflow.Direction;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The requests of one workflow as far as they have been read. Knows no Kafka. Thread-safe.
 *
 * <p>HOLDs whose time is over are forgotten, so it does not grow with the number of VDiffs.
 */
public final class RequestBoard {

  private static final Duration FORGET_AFTER = Duration.ofMinutes(1);

  private record Held(Request.Hold hold, long offset, boolean released) {}

  private record Asked(Request.Repair repair, long offset) {}

  private final String workflowUuid;
  private final Clock clock;
  private final Map<String, Held> holds = new HashMap<>();
  private final Map<String, Asked> repairs = new HashMap<>();
  private Request.HoldsVoided voided;
  private long voidedOffset = -1;

  public RequestBoard(String workflowUuid, Clock clock) {
    this.workflowUuid = workflowUuid;
    this.clock = clock;
  }

  /**
   * Takes a record of the topic that is as old as its own clock says, in offset order.
   *
   * @param request null when the key was deleted
   */
  public synchronized void read(String key, Request request, long offset) {
    read(key, request, offset, Duration.ZERO);
  }

  /**
   * Takes a record of the topic, in offset order.
   *
   * @param request null when the key was deleted
   * @param ahead how much this clock is ahead of the writer's: what the writer says of a time is
   *     taken by this clock, so that neither has to be right
   */
  public synchronized void read(String key, Request request, long offset, Duration ahead) {
    if (request == null) {
      holds.remove(key);
      repairs.remove(key);
    } else if (request.workflowUuid().equals(workflowUuid)) {
      take(byThisClock(request, ahead), offset);
    }
    notifyAll();
  }

  private static Request byThisClock(Request request, Duration ahead) {
    if (request instanceof Request.Hold hold) {
      return new Request.Hold(
          hold.workflowUuid(), hold.token(), hold.vdiff(), hold.until().plus(ahead));
    }
    if (request instanceof Request.HoldsVoided voided && voided.until() != null) {
      return new Request.HoldsVoided(voided.workflowUuid(), voided.until().plus(ahead));
    }
    return request;
  }

  private void take(Request request, long offset) {
    if (request instanceof Request.Hold hold) {
      Instant forgotten = clock.instant().minus(FORGET_AFTER);
      holds.values().removeIf(held -> held.hold().until().isBefore(forgotten));
      holds.put(hold.key(), new Held(hold, offset, false));
    } else if (request instanceof Request.HoldReleased released) {
      holds.computeIfPresent(
          released.key(), (k, held) -> new Held(held.hold(), held.offset(), true));
    } else if (request instanceof Request.HoldsVoided all) {
      voided = all;
      voidedOffset = offset;
    } else if (request instanceof Request.Repair repair) {
      repairs.put(repair.key(), new Asked(repair, offset));
    }
  }

  /** What has become of the HOLD with this token. */
  public synchronized HoldState state(String token) {
    Held held = holds.get(Request.Hold.keyOf(token));
    if (held == null) {
      return HoldState.UNKNOWN;
    }
    if (held.released()) {
      return HoldState.RELEASED;
    }
    Instant now = clock.instant();
    boolean forbidden = voided != null && voided.until() != null && now.isBefore(voided.until());
    if (held.offset() < voidedOffset || forbidden) {
      return HoldState.VOIDED;
    }
    return now.isBefore(held.hold().until()) ? HoldState.LIVE : HoldState.EXPIRED;
  }

  /** Waits until the HOLD is not LIVE any more, at most that long. */
  public synchronized HoldState awaitOver(String token, Duration limit)
      throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    HoldState state = state(token);
    while (state == HoldState.LIVE) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return state;
      }
      // its own end comes without a record
      Instant until = holds.get(Request.Hold.keyOf(token)).hold().until();
      long toItsEnd = Duration.between(clock.instant(), until).toMillis() + 1;
      wait(Math.max(1, Math.min(left / 1_000_000 + 1, toItsEnd)));
      state = state(token);
    }
    return state;
  }

  /** What a stream is asked to repair, oldest first. */
  public synchronized List<Request.Repair> repairs(Direction direction, String stream) {
    List<Asked> asked = new ArrayList<>();
    for (Asked candidate : repairs.values()) {
      Request.Repair repair = candidate.repair();
      if (repair.direction() == direction && repair.stream().equals(stream)) {
        asked.add(candidate);
      }
    }
    asked.sort(Comparator.comparingLong(Asked::offset));
    return asked.stream().map(Asked::repair).toList();
  }
}
