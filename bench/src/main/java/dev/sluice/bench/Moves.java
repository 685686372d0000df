package dev.sluice.bench;

import dev.sluice.bench.move.Move;
import dev.sluice.bench.move.SluiceServer;

/** One move after another on one server, under a name of its own each. Not thread-safe. */
final class Moves {
  private final Site site;
  private final BenchOptions options;
  private final SluiceServer server;
  private final String prefix;
  private Move current;
  private int count;

  Moves(Site site, BenchOptions options, SluiceServer server, String prefix) {
    this.site = site;
    this.options = options;
    this.server = server;
    this.prefix = prefix;
  }

  /** Begins a move and returns when it is running. */
  Move.Times begin() {
    current = new Move(server.api(), prefix + ++count, site.tables(), options.workflowOptions());
    return current.run();
  }

  /** The move that is running; begun when there is none. */
  Move running() {
    if (current == null) {
      begin();
    }
    return current;
  }

  /** Ends the current move, if there is one, and removes its rows from the shards. */
  void end() {
    if (current != null) {
      current.cancel();
      current = null;
    }
  }
}
