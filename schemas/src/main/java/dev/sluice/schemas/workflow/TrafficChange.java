package dev.sluice.schemas.workflow;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sluice.schemas.routing.TabletType;
import dev.sluice.schemas.status.UnitError;
import java.time.Instant;
import java.util.List;

/**
 * A change of the traffic that is under way; stands in the workflow's record before anything is
 * done for it. Immutable.
 *
 * @param id tells changes apart
 * @param toTarget true for SwitchTraffic, false for ReverseTraffic
 * @param tabletTypes that change sides
 * @param step the last step that was begun
 * @param committed past the point of no return: only forward from here
 * @param startedAt when it was asked for
 * @param by who asked
 * @param cause why it is being undone; null while it is not, or after a crash
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TrafficChange(
    String id,
    boolean toTarget,
    List<TabletType> tabletTypes,
    String step,
    boolean committed,
    Instant startedAt,
    String by,
    String reason,
    UnitError cause) {

  public TrafficChange {
    tabletTypes = List.copyOf(tabletTypes);
  }

  /** The same, having come to a step. */
  public TrafficChange at(String nextStep) {
    return new TrafficChange(
        id, toTarget, tabletTypes, nextStep, committed, startedAt, by, reason, cause);
  }

  /** The same, past the point of no return. */
  public TrafficChange committed(String nextStep) {
    return new TrafficChange(
        id, toTarget, tabletTypes, nextStep, true, startedAt, by, reason, cause);
  }
}
