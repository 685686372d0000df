package dev.sluice.bench;

import dev.sluice.bench.BenchOptions.Part;
import dev.sluice.bench.report.Report;
import dev.sluice.tests.stack.ProjectHome;
import dev.sluice.tests.stack.StackException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice bench}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    description = {
      "Measures Sluice beside mysqldump and native replication on a local stack of its own.",
      "Exits 0 when every goal is met, 1 when one is missed or a part fails."
    })
final class BenchCommand implements Callable<Integer> {
  private static final int DONE = 0;
  private static final int FAILED = 1;

  @Spec private CommandSpec spec;

  @Option(
      names = "--parts",
      split = ",",
      paramLabel = "PART",
      description = "some of ${COMPLETION-CANDIDATES}; all without it")
  private Set<Part> parts = EnumSet.allOf(Part.class);

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "rows of each of two tables")
  private long rows;

  @Option(
      names = "--copy-rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "copies on each side")
  private int copyRounds;

  @Option(
      names = "--drain-rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "backlogs drained")
  private int drainRounds;

  @Option(
      names = "--drain-seconds",
      paramLabel = "N",
      defaultValue = "30",
      description = "time in which a backlog is written")
  private int drainSeconds;

  @Option(
      names = "--lag-seconds",
      paramLabel = "N",
      defaultValue = "30",
      description = "time for which the lag is sampled")
  private int lagSeconds;

  @Option(
      names = "--memory-factor",
      paramLabel = "N",
      defaultValue = "4",
      description = "how many times more rows the second memory measurement has")
  private int memoryFactor;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      defaultValue = "1g",
      description = "heap limit of the server")
  private String heap;

  @Option(
      names = "--java-option",
      paramLabel = "OPTION",
      description = "further option for the server's Java virtual machine")
  private List<String> javaOptions = List.of();

  @Option(
      names = "--option",
      paramLabel = "KEY=VALUE",
      description = "option of the workflow, as in move.yaml")
  private Map<String, String> workflowOptions = new LinkedHashMap<>();

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "where the JSON goes; default .sluice/bench.json")
  private Path output;

  @Option(
      names = {"-o"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "what is printed: ${COMPLETION-CANDIDATES}")
  private Format format;

  /** What is printed; the names are those of the command line. */
  enum Format {
    text,
    json
  }

  @Override
  public Integer call() {
    try {
      Report report = new Benchmark(options(), command(), spec.commandLine().getErr()).run();
      Path file = output == null ? ProjectHome.find().resolve(".sluice/bench.json") : output;
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, report.json());
      spec.commandLine().getOut().print(format == Format.json ? report.json() : report.text());
      spec.commandLine().getOut().flush();
      return report.allMet() ? DONE : FAILED;
    } catch (BenchException | StackException | IOException e) {
      spec.commandLine().getErr().println("sluice: " + e.getMessage());
      return FAILED;
    }
  }

  private BenchOptions options() {
    try {
      return new BenchOptions(
          parts,
          rows,
          copyRounds,
          drainRounds,
          Duration.ofSeconds(drainSeconds),
          Duration.ofSeconds(lagSeconds),
          memoryFactor,
          heap,
          javaOptions,
          workflowOptions);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private String command() {
    return "./sluice " + String.join(" ", spec.commandLine().getParseResult().originalArgs());
  }
}
