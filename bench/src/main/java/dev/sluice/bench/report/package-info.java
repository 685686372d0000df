/** Results: as a table for people and as JSON. */
package dev.sluice.bench.report;
