package dev.sluice.tests.stack.dev;

import dev.sluice.tests.stack.ProjectHome;
import dev.sluice.tests.stack.StackException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice dev up|down|status}. */
@Command(
    name = "dev",
    description =
        "The local stack alone: Kafka, schema registry, a source and two target shards, in .sluice/.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(up | down | status)",
    subcommands = {DevCommand.Up.class, DevCommand.Down.class, DevCommand.Status.class})
final class DevCommand implements Runnable {
  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final int UNREACHABLE = 4;
  private static final int HIGHEST_FIRST_PORT = 65_000;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "one of up, down or status is needed");
  }

  /** What the three have in common. */
  private abstract static class Verb implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
        names = {"-o", "--output"},
        paramLabel = "FORMAT",
        description = "text (default) or json")
    private Format format = Format.text;

    final DevStack stack = new DevStack(ProjectHome.find());

    abstract int act();

    @Override
    public final Integer call() {
      try {
        return act();
      } catch (StackException e) {
        error(e.getMessage());
        return FAILED;
      }
    }

    final PrintWriter out() {
      return spec.commandLine().getOut();
    }

    final void error(String message) {
      spec.commandLine().getErr().println("sluice: " + message);
    }

    final boolean json() {
      return format == Format.json;
    }

    final void print(StackStatus status) {
      out().print(json() ? status.json() : status.text());
      out().flush();
    }
  }

  /** How a verb answers; the names are those of the command line. */
  enum Format {
    text,
    json
  }

  @Command(
      name = "up",
      mixinStandardHelpOptions = true,
      description = "Starts the stack in the background and writes .sluice/sluice.yaml for it.")
  static final class Up extends Verb {
    @Option(
        names = "--port",
        paramLabel = "N",
        description = "first of about ten consecutive ports; default free ones")
    private int port;

    @Option(names = "--replica", description = "gives the source a replica")
    private boolean replica;

    @Option(
        names = "--sample",
        description = "fills the source with the sample keyspace: customer, corder, product")
    private boolean sample;

    @Override
    int act() {
      if (port < 0 || port > HIGHEST_FIRST_PORT) {
        error("--port is between 1 and " + HIGHEST_FIRST_PORT);
        return USAGE;
      }
      Optional<StackStatus> running = stack.status();
      if (running.isPresent()) {
        error("the local stack is already running");
        print(running.get());
        return DONE;
      }
      StackStatus status = stack.up(port, replica, sample);
      print(status);
      if (!json()) {
        out().println("configuration: " + stack.configFile());
        out().flush();
      }
      return DONE;
    }
  }

  @Command(
      name = "down",
      mixinStandardHelpOptions = true,
      description = "Stops the stack; its data goes, its logs stay.")
  static final class Down extends Verb {
    @Override
    int act() {
      boolean stopped = stack.down();
      if (json()) {
        out().println("{\"stopped\":" + stopped + "}");
      } else {
        out().println(stopped ? "the local stack is stopped" : "the local stack was not running");
      }
      out().flush();
      return DONE;
    }
  }

  @Command(
      name = "status",
      mixinStandardHelpOptions = true,
      description = "Says how to reach the stack.")
  static final class Status extends Verb {
    @Override
    int act() {
      Optional<StackStatus> running = stack.status();
      if (running.isEmpty()) {
        error("the local stack is not running; start it with: ./sluice dev up");
        return UNREACHABLE;
      }
      print(running.get());
      return DONE;
    }
  }
}
