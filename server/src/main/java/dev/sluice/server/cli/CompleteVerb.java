package dev.sluice.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "complete",
    description = "Ends a switched workflow: the target serves alone, the source's tables go.")
final class CompleteVerb extends CommandVerb {

  @Option(names = "--keep-data", description = "leave the source's tables, denied to writers")
  private boolean keepData;

  @Option(names = "--rename-tables", description = "rename them to _<table>_old")
  private boolean renameTables;

  @Option(names = "--dry-run", description = "only say what would be done")
  private boolean dryRun;

  @Override
  public Integer call() {
    return send(
        "complete",
        body().put("keepData", keepData).put("renameTables", renameTables).put("dryRun", dryRun));
  }
}
