package dev.sluice.tests.compare;

import dev.sluice.tests.sample.ConnectionSource;

/**
 * One server of a side.
 *
 * @param keyRange {@code -}, {@code -80}, ...
 */
public record ShardToCompare(String keyRange, ConnectionSource connections) {}
