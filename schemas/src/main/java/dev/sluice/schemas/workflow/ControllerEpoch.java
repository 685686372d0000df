package dev.sluice.schemas.workflow;

import java.time.Instant;

/**
 * The record of key {@value #KEY} in {@code sluice.workflows}: drawn by each controller when it
 * becomes active, in a transaction that only the active one can commit.
 *
 * @param controllerEpoch higher than any before
 */
public record ControllerEpoch(long controllerEpoch, Instant at) {

  /** No workflow can have this name. */
  public static final String KEY = "sluice";
}
