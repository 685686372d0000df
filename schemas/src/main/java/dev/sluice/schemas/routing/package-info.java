/**
 * Routing rules: which keyspace serves a table for a tablet type (topic {@code
 * sluice.routing-rules}, compacted), and what routers say about them.
 */
package dev.sluice.schemas.routing;
