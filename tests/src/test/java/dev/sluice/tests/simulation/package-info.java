/**
 * Copy against stream, with every race that a seed can bring about: the real protocol cores of
 * capture and apply-sink on fake source servers, a fake broker and fake target shards, in one
 * thread, without waiting. {@link dev.sluice.tests.simulation.World} runs a seed; {@link
 * dev.sluice.tests.simulation.JournalCheck} and {@link dev.sluice.tests.simulation.ShardCheck} hold
 * the invariants of docs/design/0001-words-and-invariants.md at every commit; {@link
 * dev.sluice.tests.simulation.Mutant} names the rules of docs/design/0003-copy-and-stream.md that
 * are broken one at a time.
 */
package dev.sluice.tests.simulation;
