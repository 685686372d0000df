package dev.sluice.tests.stack.dev;

import dev.sluice.server.cli.VerbProvider;

/** Puts {@code dev} on the command line. */
public final class DevVerb implements VerbProvider {
  @Override
  public Object command() {
    return new DevCommand();
  }
}
