package dev.sluice.schemas.workflow;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sluice.schemas.routing.TabletType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which side serves a workflow's tables, and what is under way about it. Immutable; part of the
 * workflow's record.
 *
 * @param onTarget tablet types that the target serves; the source serves the others
 * @param switchedOnce writes have been on the target before: what the target holds has been proven
 *     by use, so that no VDiff is asked for again
 * @param change under way; null when none is
 * @param renameTables set by complete: the source's tables are renamed, not dropped
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Cutover(
    List<TabletType> onTarget, boolean switchedOnce, TrafficChange change, Boolean renameTables) {

  /** Everything on the source, as a workflow begins. */
  public static final Cutover NONE = new Cutover(List.of(), false, null, null);

  public Cutover {
    onTarget = onTarget == null ? List.of() : List.copyOf(onTarget);
  }

  /** True when applications write on the target, or would if no fence denied it. */
  @JsonIgnore
  public boolean writesOnTarget() {
    return onTarget.contains(TabletType.PRIMARY);
  }

  /** Which side serves a type: {@code source} or {@code target}. */
  public String side(TabletType tabletType) {
    return onTarget.contains(tabletType) ? "target" : "source";
  }

  /** The same with a change under way; null ends it. */
  public Cutover with(TrafficChange next) {
    return new Cutover(onTarget, switchedOnce, next, renameTables);
  }

  /** The same with these types on the target, or back on the source. */
  public Cutover moved(boolean toTarget, List<TabletType> types) {
    List<TabletType> there = new ArrayList<>(onTarget);
    there.removeAll(types);
    if (toTarget) {
      there.addAll(types);
    }
    boolean once = switchedOnce || toTarget && types.contains(TabletType.PRIMARY);
    return new Cutover(
        Arrays.stream(TabletType.values()).filter(there::contains).toList(),
        once,
        change,
        renameTables);
  }

  /** The same, the source's tables to be renamed or not. */
  public Cutover renaming(boolean rename) {
    return new Cutover(onTarget, switchedOnce, change, rename);
  }
}
