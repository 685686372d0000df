package dev.sluice.schemas.routing;

import java.time.Instant;

/**
 * What a router says of itself in {@code sluice.router-acks}; the key is its name. Immutable.
 *
 * @param router name of the router, unique
 * @param rulesEpoch the newest epoch that it acts by: with a hold, no transaction on these tables
 *     is open there any more
 * @param at by the router's clock
 */
public record RouterAck(String router, long rulesEpoch, Instant at) {}
