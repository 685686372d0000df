package dev.sluice.tests.stack;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * An operating-system process that cannot outlive this one. Between the two stands a small shell
 * that holds the reading end of a pipe: when this process ends, in whatever way, the pipe closes
 * and the shell kills the process. Thread-safe.
 */
public final class GuardedProcess {
  /**
   * Arguments: the file for the process id, then the command. The shell itself survives Ctrl-C at
   * the terminal, so that the owner can stop its servers in order; one background shell waits for
   * the pipe to close.
   */
  private static final String GUARD =
      """
      pid_file=$1; shift
      trap : INT HUP TERM
      exec 3<&0
      "$@" </dev/null 3<&- &
      child=$!
      echo "$child" > "$pid_file"
      ( trap '' INT HUP TERM; read -r line <&3; kill -KILL "$child" 2>/dev/null ) &
      watcher=$!
      exec 3<&-
      status=0
      while kill -0 "$child" 2>/dev/null; do wait "$child"; status=$?; done
      kill -KILL "$watcher" 2>/dev/null
      exit "$status"
      """;

  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  /** A process that writes to a slow disk ends when that is done. */
  private static final Duration KILL_TIMEOUT = Duration.ofSeconds(60);

  private final Process guard;
  private final OutputStream pipe;
  private final long pid;

  private GuardedProcess(Process guard, long pid) {
    this.guard = guard;
    this.pipe = guard.getOutputStream();
    this.pid = pid;
  }

  /**
   * Starts a command; its output is appended to a log file.
   *
   * @throws StackException when the command cannot be started
   */
  public static GuardedProcess start(
      List<String> command,
      Map<String, String> environment,
      Path workingDirectory,
      Path logFile,
      Path pidFile) {
    try {
      Files.deleteIfExists(pidFile);
      List<String> guarded =
          new ArrayList<>(List.of("/bin/sh", "-c", GUARD, "guard", pidFile.toString()));
      guarded.addAll(command);
      ProcessBuilder builder = new ProcessBuilder(guarded);
      builder.environment().putAll(environment);
      builder.directory(workingDirectory.toFile());
      builder.redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()));
      Process guard = builder.start();
      return new GuardedProcess(guard, readPid(guard, pidFile, logFile));
    } catch (IOException e) {
      throw new StackException("cannot start " + command.get(0) + ": " + e.getMessage(), e);
    }
  }

  private static long readPid(Process guard, Path pidFile, Path logFile) throws IOException {
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    while (System.nanoTime() < deadline) {
      if (Files.isRegularFile(pidFile)) {
        String text = Files.readString(pidFile);
        if (text.endsWith("\n")) {
          return Long.parseLong(text.trim());
        }
      }
      if (waitFor(guard, Duration.ofMillis(5)) && !Files.isRegularFile(pidFile)) {
        break;
      }
    }
    guard.destroyForcibly();
    throw new StackException("a guarded process did not start:\n" + LogTail.of(logFile, 20));
  }

  /** The id of the process itself, not of the shell that guards it. */
  public long pid() {
    return pid;
  }

  /** True until the process has ended; a frozen process is alive. */
  public boolean isAlive() {
    return guard.isAlive();
  }

  /** Waits for the end of the process; false when it still runs after the time. */
  public boolean waitFor(Duration time) {
    return waitFor(guard, time);
  }

  private static boolean waitFor(Process process, Duration time) {
    try {
      return process.waitFor(time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while waiting for a process", e);
    }
  }

  /** Sends a signal by its name without SIG; a process that is gone is left alone. */
  public void signal(String name) {
    if (!isAlive()) {
      return;
    }
    try {
      Process kill =
          new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + pid + " 2>/dev/null")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      waitFor(kill, Duration.ofSeconds(10));
    } catch (IOException e) {
      throw new StackException("cannot send SIG" + name + " to " + pid, e);
    }
  }

  /** Asks the process to end (SIGTERM); after the time it is killed. */
  public void stop(Duration time) {
    signal("TERM");
    if (!waitFor(time)) {
      kill();
    }
  }

  /** Kills the process and returns when it is gone. */
  public void kill() {
    signal("KILL");
    if (!waitFor(KILL_TIMEOUT)) {
      throw new StackException(
          "process " + pid + " is still there " + KILL_TIMEOUT.toSeconds() + " s after SIGKILL");
    }
    closePipe();
  }

  private void closePipe() {
    try {
      pipe.close();
    } catch (IOException alreadyClosed) {
      // The guard has ended, which is what closing the pipe is for.
    }
  }
}
