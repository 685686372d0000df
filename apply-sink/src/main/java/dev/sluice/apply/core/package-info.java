/**
 * The applier's protocol without threads, clocks, Kafka or MySQL; see docs/design/0004-apply.md.
 */
package dev.sluice.apply.core;
