package dev.sluice.server.cli;

import picocli.CommandLine.Command;

@Command(name = "stop", description = "Pauses a workflow; nothing is lost meanwhile.")
final class StopVerb extends CommandVerb {

  @Override
  public Integer call() {
    return send("stop", body());
  }
}
