package dev.sluice.server.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "throttle",
    description =
        "Holds a workflow's row copy and VDiffs back, or no longer; changes are never held back.")
final class ThrottleVerb extends CommandVerb {

  @Option(
      names = "--max-rows-per-second",
      paramLabel = "N",
      description = "copy no more rows than this from each source shard")
  private Long maxRowsPerSecond;

  @Option(
      names = "--max-lag",
      paramLabel = "TIME",
      description = "copy only while appliers and the targets' replicas lag less than this, as 10s")
  private String maxLag;

  @Option(names = "--off", description = "end every throttle")
  private boolean off;

  @Override
  public Integer call() {
    ObjectNode body = body();
    if (maxRowsPerSecond != null) {
      body.put("maxRowsPerSecond", maxRowsPerSecond);
    }
    if (maxLag != null) {
      body.put("maxLag", maxLag);
    }
    if (off) {
      body.put("off", true);
    }
    return send("throttle", body);
  }
}
