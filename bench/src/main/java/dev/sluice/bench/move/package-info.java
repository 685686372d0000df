/** A Sluice server as a process of its own and the moves it makes, through its REST interface. */
package dev.sluice.bench.move;
