package dev.sluice.server.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How often one caller may call: so many calls a second on average, with some patience for bursts.
 * One caller's haste takes nothing from the others. Thread-safe.
 */
final class RequestLimits {

  /** Calls a second of one caller. */
  static final int PER_SECOND = 200;

  /** Calls at once of a caller that was quiet before. */
  static final int BURST = 400;

  /** Callers that are remembered; of more, those that called longest ago are forgotten. */
  private static final int MOST_CALLERS = 10_000;

  /** Calls that a caller has left, as of a moment. */
  private record Left(double calls, long nanos) {}

  private final LongSupplier nanos;
  private final int perSecond;
  private final int burst;
  private final Map<String, Left> callers =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Left> eldest) {
          return size() > MOST_CALLERS;
        }
      };

  /**
   * @param nanos a clock that never goes back
   */
  RequestLimits(LongSupplier nanos) {
    this(nanos, PER_SECOND, BURST);
  }

  /**
   * @param nanos a clock that never goes back
   */
  RequestLimits(LongSupplier nanos, int perSecond, int burst) {
    this.nanos = nanos;
    this.perSecond = perSecond;
    this.burst = burst;
  }

  /**
   * Counts a call.
   *
   * @param caller name of a token, or an address
   * @throws ApiException 429
   */
  synchronized void count(String caller) {
    long now = nanos.getAsLong();
    Left before = callers.getOrDefault(caller, new Left(burst, now));
    double calls = Math.min(burst, before.calls() + (now - before.nanos()) / 1e9 * perSecond);
    if (calls < 1) {
      callers.put(caller, new Left(calls, now));
      throw new ApiException(
          429,
          "tooManyRequests",
          caller + " calls more than " + perSecond + " times a second",
          "wait a second; GET /v1/events tells of changes without asking for them");
    }
    callers.put(caller, new Left(calls - 1, now));
  }
}
