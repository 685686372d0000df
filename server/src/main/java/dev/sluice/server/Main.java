package dev.sluice.server;

import dev.sluice.server.cli.Verbs;

/** The program. */
public final class Main {

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(Verbs.commandLine().execute(arguments));
  }
}
