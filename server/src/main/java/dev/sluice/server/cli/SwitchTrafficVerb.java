package dev.sluice.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "switch-traffic",
    description =
        "Lets applications write, and read, on the target; undone when it cannot be done.")
final class SwitchTrafficVerb extends TrafficVerb {

  @Option(
      names = "--max-vdiff-age",
      paramLabel = "TIME",
      description = "refuse when the last VDiff is older (default: 24h); first switch only")
  private String maxVdiffAge;

  @Option(names = "--skip-vdiff", description = "switch without a VDiff")
  private boolean skipVdiff;

  @Override
  public Integer call() {
    var body = change().put("skipVdiff", skipVdiff);
    put(body, "maxVdiffAge", maxVdiffAge);
    return send("switch-traffic", body);
  }
}
