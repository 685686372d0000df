package dev.sluice.tests.compare;

/**
 * A table to compare.
 *
 * @param vindexColumn places rows on shards; null when the other side has one shard
 */
public record TableToCompare(String name, String vindexColumn) {}
