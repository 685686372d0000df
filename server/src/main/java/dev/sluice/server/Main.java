package dev.sluice.server;

import dev.sluice.server.cli.VerbProvider;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line. */
@Command(
    name = "sluice",
    mixinStandardHelpOptions = true,
    description =
        "Moves live MySQL tables to another server or to shards, over Kafka, without downtime.")
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    CommandLine commandLine = new CommandLine(new Main());
    for (VerbProvider provider : ServiceLoader.load(VerbProvider.class)) {
      commandLine.addSubcommand(provider.command());
    }
    System.exit(commandLine.execute(arguments));
  }
}
