package dev.sluice.server.cli;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line: every verb of this module, and those that providers add. */
@Command(
    name = "sluice",
    description =
        "Moves live MySQL tables to another server or to shards, over Kafka, without downtime.",
    synopsisSubcommandLabel = "VERB")
public final class Verbs {

  @Option(names = "--help", usageHelp = true, description = "show this help")
  private boolean help;

  private Verbs() {}

  /** The command line, ready to be executed. */
  public static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Verbs());
    commandLine
        .addSubcommand(new ServerVerb())
        .addSubcommand(new PreflightVerb())
        .addSubcommand(new CreateVerb())
        .addSubcommand(new ListVerb())
        .addSubcommand(new ShowVerb())
        .addSubcommand(new StatusVerb())
        .addSubcommand(new HistoryVerb())
        .addSubcommand(new StartVerb())
        .addSubcommand(new StopVerb())
        .addSubcommand(new ThrottleVerb())
        .addSubcommand(new VDiffVerb())
        .addSubcommand(new SwitchTrafficVerb())
        .addSubcommand(new ReverseTrafficVerb())
        .addSubcommand(new CompleteVerb())
        .addSubcommand(new CancelVerb())
        .addSubcommand(new RoutingRulesVerb())
        .addSubcommand(new CompletionVerb());
    for (VerbProvider provider : ServiceLoader.load(VerbProvider.class)) {
      commandLine.addSubcommand(provider.command());
    }
    commandLine.setExecutionExceptionHandler((error, line, parsed) -> failed(error, line));
    return commandLine;
  }

  private static int failed(Exception error, CommandLine line) throws Exception {
    if (error instanceof CliException known) {
      line.getErr().println("sluice: " + known.getMessage());
      return known.exitCode();
    }
    if (error instanceof SluiceException known) {
      line.getErr().println("sluice: " + known.describe());
      return known.code() == ErrorCode.INVALID_CONFIGURATION ? ExitCode.USAGE : ExitCode.FAILED;
    }
    throw error;
  }
}
