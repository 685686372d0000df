package dev.sluice.bench;

import dev.sluice.server.cli.VerbProvider;

/** Puts {@code bench} on the command line. */
public final class BenchVerb implements VerbProvider {
  @Override
  public Object command() {
    return new BenchCommand();
  }
}
