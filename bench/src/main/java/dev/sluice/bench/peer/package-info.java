/** The tools that Sluice is measured beside. */
package dev.sluice.bench.peer;
