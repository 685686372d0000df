package dev.sluice.controller.cutover;

import java.util.Arrays;
import java.util.List;

/** The steps of a change of traffic, in their order; see docs/design/0013-switch.md. */
public enum SwitchStep {
  PRECONDITIONS("preconditions"),
  HOLD_RULES("holdRules"),
  FENCE_SOURCE("fenceSource"),
  DRAIN("drain"),
  SEQUENCES("sequences"),
  /** The point of no return. */
  COMMIT("commit"),
  OPEN_TARGET("openTarget"),
  RELEASE("release");

  private final String word;

  SwitchStep(String word) {
    this.word = word;
  }

  /** As REST and records spell it. */
  public String word() {
    return word;
  }

  /** The steps of a change of writes, or of reads alone. */
  public static List<SwitchStep> of(boolean writes) {
    return writes ? Arrays.asList(values()) : List.of(PRECONDITIONS, COMMIT);
  }
}
