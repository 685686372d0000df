package dev.sluice.server.cli;

import picocli.CommandLine.Command;

@Command(name = "start", description = "Lets a stopped or failed workflow go on where it was.")
final class StartVerb extends CommandVerb {

  @Override
  public Integer call() {
    return send("start", body());
  }
}
