package dev.sluice.server.cli;

import picocli.CommandLine.Command;

@Command(
    name = "reverse-traffic",
    description = "Lets applications write, and read, on the source again; needs no VDiff.")
final class ReverseTrafficVerb extends TrafficVerb {

  @Override
  public Integer call() {
    return send("reverse-traffic", change());
  }
}
