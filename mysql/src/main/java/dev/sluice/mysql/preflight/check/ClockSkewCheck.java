package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import java.util.List;

/** Lag is a difference between two machines' clocks. */
public final class ClockSkewCheck implements PreflightCheck {

  private static final long LIMIT_MILLIS = 1_000;

  @Override
  public String id() {
    return "clock_skew";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    return context.servers().stream().map(this::finding).toList();
  }

  private Finding finding(ServerFacts server) {
    long skew = server.clockSkewMillis();
    String message =
        "the server's clock is "
            + Math.abs(skew)
            + " ms "
            + (skew < 0 ? "behind" : "ahead of")
            + " ours";
    return Math.abs(skew) > LIMIT_MILLIS
        ? Finding.warn(
            id(),
            server.label(),
            message,
            "synchronise the clocks (NTP): lag is shown wrong by as much")
        : Finding.ok(id(), server.label(), message);
  }
}
