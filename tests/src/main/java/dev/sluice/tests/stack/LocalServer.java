package dev.sluice.tests.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server of the local stack: a guarded process with a directory and a log of its own. */
abstract class LocalServer implements StackServer {
  private static final Logger LOG = LoggerFactory.getLogger(LocalServer.class);
  private static final Duration START_LIMIT = Duration.ofSeconds(180);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(25);
  private static final int LOG_LINES = 25;

  private final String name;
  private final int port;
  private final Path directory;
  private final Path logFile;
  private volatile GuardedProcess process;
  private volatile boolean abandoned;
  private boolean frozen;

  LocalServer(String name, int port, Path stackDirectory) {
    this.name = name;
    this.port = port;
    String fileName = name.replace('/', '_');
    this.directory = stackDirectory.resolve("data").resolve(fileName);
    this.logFile = stackDirectory.resolve("logs").resolve(fileName + ".log");
  }

  /** The command that starts the server, on the data that is there. */
  abstract List<String> command() throws IOException;

  /** Variables the command needs. */
  Map<String, String> environment() {
    return Map.of();
  }

  /** Prepares the server's directory before its first start. */
  abstract void prepare() throws IOException;

  /** Whether the server answers clients now. */
  abstract boolean answers();

  /** What remains to be done each time the server has begun to answer. */
  void afterStart() {}

  final Path directory() {
    return directory;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String host() {
    return "127.0.0.1";
  }

  @Override
  public final int port() {
    return port;
  }

  @Override
  public final Path logFile() {
    return logFile;
  }

  @Override
  public final boolean isRunning() {
    return process != null && process.isAlive();
  }

  /** The id of the server's process, or -1 when it does not run. */
  final long pid() {
    return isRunning() ? process.pid() : -1;
  }

  @Override
  public final synchronized void start() {
    if (isRunning()) {
      return;
    }
    long began = System.nanoTime();
    try {
      Files.createDirectories(logFile.getParent());
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(directory);
        prepare();
      }
      Path pidFile = directory.resolveSibling(directory.getFileName() + ".pid");
      process = GuardedProcess.start(command(), environment(), directory, logFile, pidFile);
    } catch (IOException e) {
      throw new StackException(name + " cannot be prepared: " + e.getMessage(), e);
    }
    frozen = false;
    if (abandoned) {
      process.kill();
    }
    awaitAnswer(began);
    afterStart();
    LOG.atInfo()
        .addKeyValue("server", name)
        .addKeyValue("port", port)
        .addKeyValue("millis", Duration.ofNanos(System.nanoTime() - began).toMillis())
        .log("server is up");
  }

  private void awaitAnswer(long began) {
    while (!answers()) {
      if (process.waitFor(POLL)) {
        throw new StackException(
            name + " ended while it started:\n" + LogTail.of(logFile, LOG_LINES));
      }
      if (System.nanoTime() - began > START_LIMIT.toNanos()) {
        process.kill();
        throw new StackException(
            name
                + " did not answer within "
                + START_LIMIT.toSeconds()
                + " s:\n"
                + LogTail.of(logFile, LOG_LINES));
      }
    }
  }

  @Override
  public final synchronized void stop() {
    if (isRunning()) {
      thaw();
      process.stop(STOP_LIMIT);
    }
  }

  /** Kills the server for good, also one that another thread is just starting. */
  final void abandon() {
    abandoned = true;
    kill();
  }

  /** Not synchronised, so that a server can be killed while it starts. */
  @Override
  public final void kill() {
    if (isRunning()) {
      process.kill();
    }
  }

  @Override
  public final synchronized void freeze() {
    if (isRunning() && !frozen) {
      process.signal("STOP");
      frozen = true;
    }
  }

  @Override
  public final synchronized void thaw() {
    if (isRunning() && frozen) {
      process.signal("CONT");
      frozen = false;
    }
  }
}
