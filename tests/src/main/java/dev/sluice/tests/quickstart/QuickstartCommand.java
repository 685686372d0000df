package dev.sluice.tests.quickstart;

import dev.sluice.tests.stack.ProjectHome;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice quickstart}. */
@Command(
    name = "quickstart",
    description =
        "Starts a local stack, moves the sample keyspace under live writes, and compares both sides row by row.",
    mixinStandardHelpOptions = true)
final class QuickstartCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--keep",
      description = "Leave everything running at the end and say how to reach it.")
  private boolean keep;

  @Option(
      names = "--live-seconds",
      paramLabel = "N",
      defaultValue = "10",
      description = "How long writes go on after the copy (default: ${DEFAULT-VALUE}).")
  private int liveSeconds;

  @Override
  public Integer call() throws Exception {
    if (keep) {
      return QuickstartKeeper.runInBackground(
          ProjectHome.find(), liveSeconds, spec.commandLine().getOut());
    }
    Steps steps = new Steps(spec.commandLine().getOut());
    try (Quickstart quickstart = new Quickstart(ProjectHome.find(), liveSeconds, steps)) {
      return quickstart.run();
    }
  }
}
