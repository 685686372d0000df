package dev.sluice.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "cancel", description = "Ends a workflow and removes what it made.")
final class CancelVerb extends CommandVerb {

  @Option(names = "--keep-data", description = "leave the tables on the target as they are")
  private boolean keepData;

  @Option(names = "--dry-run", description = "only say what would be done")
  private boolean dryRun;

  @Override
  public Integer call() {
    return send("cancel", body().put("keepData", keepData).put("dryRun", dryRun));
  }
}
