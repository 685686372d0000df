package dev.sluice.tests.process;

import dev.sluice.tests.stack.GuardedProcess;
import dev.sluice.tests.stack.JavaCommand;
import dev.sluice.tests.stack.LogTail;
import dev.sluice.tests.stack.StackException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Sluice server as a process of its own, started through the product's own command line. It ends
 * with this process at the latest. Thread-safe.
 */
public final class SluiceProcess implements AutoCloseable {

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

  /** Several may start at once, beside the servers of another build. */
  private static final Duration READY_TIMEOUT = Duration.ofMinutes(3);

  private static final int LOG_LINES = 40;

  private final Settings settings;
  private final GuardedProcess process;

  /**
   * How a server is started.
   *
   * @param name tells processes of one directory apart
   * @param directory for its configuration, log and pause files
   * @param yaml the configuration; its {@code http.listen} names {@code port}
   * @param port where it serves HTTP on loopback
   * @param roles comma separated; empty for all
   * @param heapMegabytes largest heap, MB
   * @param javaOptions more options of the Java virtual machine
   * @param pausePoints names at which the process waits
   */
  public record Settings(
      String name,
      Path directory,
      String yaml,
      int port,
      String roles,
      int heapMegabytes,
      List<String> javaOptions,
      List<String> pausePoints) {

    public Settings {
      javaOptions = List.copyOf(javaOptions);
      pausePoints = List.copyOf(pausePoints);
    }

    /** A server with the plain options of its Java virtual machine. */
    public Settings(
        String name,
        Path directory,
        String yaml,
        int port,
        String roles,
        int heapMegabytes,
        List<String> pausePoints) {
      this(name, directory, yaml, port, roles, heapMegabytes, List.of(), pausePoints);
    }

    /** Where pause points leave their files. */
    public Path pauseDirectory() {
      return directory.resolve(name + "-pause");
    }

    Path logFile() {
      return directory.resolve(name + ".log");
    }
  }

  private SluiceProcess(Settings settings, GuardedProcess process) {
    this.settings = settings;
    this.process = process;
  }

  /** Starts a server; it may take some seconds until it answers. */
  public static SluiceProcess start(Settings settings) {
    try {
      Files.createDirectories(settings.directory());
      Path config = settings.directory().resolve(settings.name() + ".yaml");
      Files.writeString(config, settings.yaml());
      clearPauses(settings);
      return new SluiceProcess(
          settings,
          GuardedProcess.start(
              command(settings, config),
              environment(settings),
              settings.directory(),
              settings.logFile(),
              settings.directory().resolve(settings.name() + ".pid")));
    } catch (IOException e) {
      throw new StackException("the Sluice server cannot be started: " + e.getMessage(), e);
    }
  }

  private static List<String> command(Settings settings, Path config) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "-Xmx" + settings.heapMegabytes() + "m",
                "-XX:+UseSerialGC",
                "-Dfile.encoding=UTF-8"));
    options.addAll(JavaCommand.buildOptions());
    options.addAll(settings.javaOptions());
    options.addAll(
        List.of(
            "-cp",
            JavaCommand.classPath(),
            "dev.sluice.server.Main",
            "server",
            "--config",
            config.toString()));
    List<String> all = JavaCommand.of(options.toArray(String[]::new));
    if (!settings.roles().isEmpty()) {
      all.addAll(List.of("--roles", settings.roles()));
    }
    return all;
  }

  private static Map<String, String> environment(Settings settings) {
    return settings.pausePoints().isEmpty()
        ? Map.of()
        : Map.of(
            "SLUICE_PAUSE",
            String.join(",", settings.pausePoints()),
            "SLUICE_PAUSE_DIR",
            settings.pauseDirectory().toString());
  }

  private static void clearPauses(Settings settings) throws IOException {
    if (!Files.isDirectory(settings.pauseDirectory())) {
      return;
    }
    try (var files = Files.list(settings.pauseDirectory())) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  public Settings settings() {
    return settings;
  }

  /** Speaks to this process. */
  public SluiceClient client() {
    return new SluiceClient("http://127.0.0.1:" + settings.port());
  }

  /**
   * Waits until the process answers over HTTP.
   *
   * @throws StackException with the end of its log, when it ends or does not answer in time
   */
  public SluiceProcess awaitUp() {
    SluiceClient client = client();
    long deadline = System.nanoTime() + READY_TIMEOUT.toNanos();
    while (!client.isUp()) {
      if (process.waitFor(Duration.ofMillis(100)) || System.nanoTime() > deadline) {
        throw new StackException(
            "the Sluice server "
                + settings.name()
                + (isAlive() ? " does not answer" : " ended")
                + ":\n"
                + logTail());
      }
    }
    return this;
  }

  /** True once the process has come to a pause point. */
  public boolean reached(String pausePoint) {
    return Files.exists(settings.pauseDirectory().resolve(pausePoint + ".reached"));
  }

  /** Lets the process go on from a pause point, now and whenever it comes there again. */
  public void release(String pausePoint) {
    try {
      // released before it is reached, it does not hold at all
      Files.createDirectories(settings.pauseDirectory());
      Files.writeString(settings.pauseDirectory().resolve(pausePoint + ".go"), "");
    } catch (IOException e) {
      throw new StackException("cannot release " + pausePoint, e);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  /** The last lines of its log, over all its starts. */
  public String logTail() {
    return LogTail.of(settings.logFile(), LOG_LINES);
  }

  public Path logFile() {
    return settings.logFile();
  }

  /** SIGKILL; returns when the process is gone. */
  public void kill() {
    process.kill();
  }

  /** SIGSTOP. */
  public void freeze() {
    process.signal("STOP");
  }

  /** SIGCONT. */
  public void thaw() {
    process.signal("CONT");
  }

  /** SIGTERM, and SIGKILL after 20 seconds. */
  @Override
  public void close() {
    if (process.isAlive()) {
      process.stop(STOP_TIMEOUT);
    }
  }
}
