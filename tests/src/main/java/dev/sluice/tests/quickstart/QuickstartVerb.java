package dev.sluice.tests.quickstart;

import dev.sluice.server.cli.VerbProvider;

/** Puts {@code quickstart} on the command line. */
public final class QuickstartVerb implements VerbProvider {

  @Override
  public Object command() {
    return new QuickstartCommand();
  }
}
