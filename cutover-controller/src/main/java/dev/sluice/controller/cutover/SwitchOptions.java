package dev.sluice.controller.cutover;

import dev.sluice.schemas.routing.TabletType;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;

/**
 * What an operator asks of a change of traffic. Immutable.
 *
 * @param tabletTypes that change sides, at least one
 * @param timeout for everything before the commit, 1 s to 10 min
 * @param maxLag a pipeline further behind is refused
 * @param maxVdiffAge an older VDiff is refused; only a first switch of writes looks at it
 * @param skipVdiff switch without one
 */
public record SwitchOptions(
    List<TabletType> tabletTypes,
    Duration timeout,
    Duration maxLag,
    Duration maxVdiffAge,
    boolean skipVdiff) {

  private static final Duration LONGEST = Duration.ofMinutes(10);

  /** Every type, 30 s, a lag of 5 s, a VDiff of the last day. */
  public static final SwitchOptions DEFAULTS =
      new SwitchOptions(
          List.of(TabletType.values()),
          Duration.ofSeconds(30),
          Duration.ofSeconds(5),
          Duration.ofHours(24),
          false);

  public SwitchOptions {
    tabletTypes = List.copyOf(EnumSet.copyOf(tabletTypes));
    if (timeout.toMillis() < 1_000 || timeout.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("timeout is not between 1s and 10m");
    }
  }

  /** True when applications write on the other side afterwards. */
  public boolean writes() {
    return tabletTypes.contains(TabletType.PRIMARY);
  }
}
