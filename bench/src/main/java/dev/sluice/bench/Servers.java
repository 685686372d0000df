package dev.sluice.bench;

import dev.sluice.bench.move.SluiceServer;

/** Starts Sluice servers on the site, all alike. */
@FunctionalInterface
interface Servers {
  /** Starts one and returns when it is ready; the name is that of its files. */
  SluiceServer start(String name);
}
