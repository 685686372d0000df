package dev.sluice.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "start", description = "Lets a stopped or failed workflow go on where it was.")
final class StartVerb extends CommandVerb {

  @Option(
      names = "--recopy",
      description =
          "empty the target tables and copy again from the start, as after purged binary logs")
  private boolean recopy;

  @Override
  public Integer call() {
    return send("start", recopy ? body().put("recopy", true) : body());
  }
}
