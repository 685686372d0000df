package dev.sluice.schemas.status;

import java.time.Instant;

/**
 * Which process is the active controller, in {@code sluice.status}.
 *
 * @param address base URL of its REST, which standbys forward to
 * @param instance tells processes apart
 * @param since when it became active
 */
public record ControllerStatus(String address, String instance, Instant since, Instant at) {}
