package dev.sluice.server.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import picocli.CommandLine.Option;

/** What both changes of traffic have in common. */
abstract class TrafficVerb extends CommandVerb {

  @Option(
      names = "--tablet-types",
      split = ",",
      paramLabel = "TYPE",
      description = "primary, replica, rdonly (default: all); without primary only reads move")
  private List<String> tabletTypes;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description =
          "for everything before the point of no return (default: 30s); then it is undone")
  private String timeout;

  @Option(
      names = "--max-lag",
      paramLabel = "TIME",
      description = "refuse when streams or appliers are further behind (default: 5s)")
  private String maxLag;

  @Option(names = "--dry-run", description = "only say what would be done, or what is in the way")
  private boolean dryRun;

  /** The body of the call. */
  ObjectNode change() {
    ObjectNode body = body().put("dryRun", dryRun);
    if (tabletTypes != null) {
      tabletTypes.forEach(body.withArray("tabletTypes")::add);
    }
    put(body, "timeout", timeout);
    put(body, "maxLag", maxLag);
    return body;
  }

  static void put(ObjectNode body, String key, String value) {
    if (value != null) {
      body.put(key, value);
    }
  }
}
