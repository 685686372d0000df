/** Instruments: medians, garbage-collection logs, the machine, digests of tables. */
package dev.sluice.bench.measure;
