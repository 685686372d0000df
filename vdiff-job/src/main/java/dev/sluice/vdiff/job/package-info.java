/** One VDiff from its order to its result: what is scanned next, what is found, what is durable. */
package dev.sluice.vdiff.job;
