package dev.sluice.bench.move;

import dev.sluice.bench.BenchException;
import dev.sluice.bench.measure.GcLog;
import dev.sluice.bench.measure.Waiting;
import dev.sluice.tests.stack.GuardedProcess;
import dev.sluice.tests.stack.ServerConfig;
import dev.sluice.tests.stack.Stack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A server with all roles, as a process of its own with a bounded heap. */
public final class SluiceServer implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final GuardedProcess process;
  private final SluiceApi api;
  private final Path gcLog;
  private final Path config;

  private SluiceServer(GuardedProcess process, SluiceApi api, Path gcLog, Path config) {
    this.process = process;
    this.api = api;
    this.gcLog = gcLog;
    this.config = config;
  }

  /**
   * Starts a server on the stack and returns when it is ready.
   *
   * @param name of its files below the stack's directory
   * @param javaOptions heap size and the like
   * @throws BenchException when it does not become ready, with the place of its log
   */
  public static SluiceServer start(Stack stack, String name, List<String> javaOptions) {
    try {
      Path logs = Files.createDirectories(stack.directory().resolve("logs"));
      Path log = logs.resolve(name + ".log");
      Path gcLog = logs.resolve(name + "-gc.log");
      Files.deleteIfExists(gcLog);
      String address = "127.0.0.1:" + freePort();
      Path config = stack.directory().resolve(name + ".yaml");
      Files.writeString(
          config, ServerConfig.of(stack).withHttpListen(address).withShardedTables().yaml());
      GuardedProcess process =
          GuardedProcess.start(
              command(config, gcLog, javaOptions),
              Map.of(),
              stack.directory(),
              log,
              stack.directory().resolve(name + ".pid"));
      SluiceServer server = new SluiceServer(process, new SluiceApi(address), gcLog, config);
      server.awaitReady(log);
      return server;
    } catch (IOException e) {
      throw new BenchException("the server cannot be started: " + e.getMessage(), e);
    }
  }

  private static List<String> command(Path config, Path gcLog, List<String> javaOptions) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Duser.timezone=UTC");
    if (javaOptions.stream().noneMatch(option -> option.matches("-XX:\\+Use\\w+GC"))) {
      // as the launcher starts it
      command.add("-XX:+UseParallelGC");
    }
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("-Xlog:gc:file=" + gcLog);
    command.addAll(javaOptions);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("dev.sluice.server.Main");
    command.addAll(List.of("server", "--config", config.toString()));
    return command;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitReady(Path log) {
    try {
      Waiting.until(
          "the server is ready (its log: " + log + ")",
          START_LIMIT,
          Duration.ofMillis(100),
          () -> {
            if (!process.isAlive()) {
              throw new BenchException("the server ended at its start; its log: " + log);
            }
            return api.isReady();
          });
    } catch (BenchException e) {
      close();
      throw e;
    }
  }

  public SluiceApi api() {
    return api;
  }

  /** The id of its process. */
  public long pid() {
    return process.pid();
  }

  /** What its garbage-collection log says up to now. */
  public GcLog gcLog() {
    return GcLog.read(gcLog);
  }

  /** What it has said since it was as given. */
  public GcLog gcLogSince(GcLog before) {
    return GcLog.read(gcLog, before.collections());
  }

  /**
   * Runs a full collection in it, so that the log says how much is alive.
   *
   * @throws BenchException when the Java installation has no jcmd
   */
  public void collectGarbage() {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    try {
      Process running =
          new ProcessBuilder(jcmd.toString(), String.valueOf(pid()), "GC.run")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      running.waitFor();
    } catch (IOException e) {
      throw new BenchException("jcmd cannot be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted while jcmd ran", e);
    }
  }

  /**
   * The most physical memory it has used up to now, in MiB, or 0 where the system does not tell.
   */
  public long peakResidentMebibytes() {
    Path file = Path.of("/proc", String.valueOf(pid()), "status");
    if (!Files.isReadable(file)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .map(line -> line.replaceAll("\\D", ""))
          .mapToLong(kibibytes -> Long.parseLong(kibibytes) / 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new BenchException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** Stops it and deletes its configuration, which holds passwords. */
  @Override
  public void close() {
    process.stop(STOP_LIMIT);
    try {
      Files.deleteIfExists(config);
    } catch (IOException e) {
      throw new BenchException("cannot delete " + config + ": " + e.getMessage(), e);
    }
  }
}
