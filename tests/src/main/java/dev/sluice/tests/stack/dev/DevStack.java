package dev.sluice.tests.stack.dev;

import dev.sluice.tests.stack.LocalStack;
import dev.sluice.tests.stack.StackException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The stack that runs in the background of one project directory, seen from the command line. */
final class DevStack {
  static final String NAME = "dev";
  private static final Duration UP_LIMIT = Duration.ofMinutes(10);
  private static final Duration DOWN_LIMIT = Duration.ofSeconds(60);

  private final Path home;

  DevStack(Path home) {
    this.home = home;
  }

  /** The server configuration for this stack. */
  Path configFile() {
    return home.resolve(".sluice").resolve("sluice.yaml");
  }

  /** Exists while the stack is up. */
  Path statusFile() {
    return home.resolve(".sluice").resolve(NAME).resolve("status.json");
  }

  private Path supervisorLog() {
    return home.resolve(".sluice").resolve(NAME).resolve("logs").resolve("supervisor.log");
  }

  /** The status of the running stack; empty when there is none, or none that is up yet. */
  Optional<StackStatus> status() {
    // A status file may be what a killed supervisor left; its lock is gone with it.
    return holder().isPresent() && Files.isRegularFile(statusFile())
        ? Optional.of(StackStatus.read(statusFile()))
        : Optional.empty();
  }

  private OptionalLong holder() {
    return LocalStack.holderOf(statusFile().getParent());
  }

  /**
   * Starts the stack and returns when it is up.
   *
   * @throws StackException when it does not come up, with the end of its supervisor's log
   */
  StackStatus up(int firstPort, boolean replica, boolean sample) {
    try {
      if (holder().isPresent()) {
        throw new StackException("the local stack is starting or stopping; see " + supervisorLog());
      }
      Files.createDirectories(supervisorLog().getParent());
      Files.deleteIfExists(statusFile());
      Files.deleteIfExists(supervisorLog());
      Process supervisor = startSupervisor(firstPort, replica, sample);
      // A Ctrl-C now means the stack, which is not there yet for anybody else.
      Thread atExit = new Thread(supervisor::destroy, "stop-supervisor");
      Runtime.getRuntime().addShutdownHook(atExit);
      awaitStatus(supervisor);
      Runtime.getRuntime().removeShutdownHook(atExit);
      return StackStatus.read(statusFile());
    } catch (IOException e) {
      throw new StackException("the local stack cannot be started: " + e.getMessage(), e);
    }
  }

  /**
   * The supervisor must survive this program, its terminal and a Ctrl-C meant for something else.
   */
  private Process startSupervisor(int firstPort, boolean replica, boolean sample)
      throws IOException {
    List<String> command =
        new ArrayList<>(List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "supervisor"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx192m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Duser.timezone=UTC",
            "-Dsluice.home=" + home,
            "-Dlogback.configurationFile=dev/sluice/tests/stack/logback-supervisor.xml",
            "-cp",
            lastingClassPath(),
            DevSupervisor.class.getName(),
            String.valueOf(firstPort),
            String.valueOf(replica),
            String.valueOf(sample)));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(home.toFile());
    builder.redirectInput(Path.of("/dev/null").toFile());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(supervisorLog().toFile()));
    return builder.start();
  }

  /**
   * The class path with copies of the project's own jars: a build must not change them under the
   * supervisor.
   */
  private String lastingClassPath() throws IOException {
    Path copies = statusFile().resolveSibling("lib");
    Files.createDirectories(copies);
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path jar = Path.of(entry);
      if (jar.startsWith(home) && Files.isRegularFile(jar)) {
        Path copy = copies.resolve(jar.getFileName());
        Files.copy(jar, copy, StandardCopyOption.REPLACE_EXISTING);
        entries.add(copy.toString());
      } else {
        entries.add(entry);
      }
    }
    return String.join(File.pathSeparator, entries);
  }

  private void awaitStatus(Process supervisor) throws IOException {
    long deadline = System.nanoTime() + UP_LIMIT.toNanos();
    try {
      while (!Files.isRegularFile(statusFile())) {
        if (supervisor.waitFor(50, TimeUnit.MILLISECONDS)) {
          throw new StackException(
              "the local stack did not come up:\n" + Files.readString(supervisorLog()));
        }
        if (System.nanoTime() > deadline) {
          supervisor.destroy();
          throw new StackException(
              "the local stack did not come up within " + UP_LIMIT.toMinutes() + " minutes");
        }
      }
    } catch (InterruptedException e) {
      supervisor.destroy();
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while the local stack started", e);
    }
  }

  /** Stops the stack and returns when its supervisor is gone; false when it was not running. */
  boolean down() {
    Optional<ProcessHandle> supervisor =
        status().flatMap(status -> ProcessHandle.of(status.supervisor()));
    try {
      if (supervisor.isPresent()) {
        end(supervisor.get());
      }
      Files.deleteIfExists(statusFile());
    } catch (IOException e) {
      throw new StackException("cannot delete " + statusFile(), e);
    }
    return supervisor.isPresent();
  }

  private static void end(ProcessHandle supervisor) {
    supervisor.destroy();
    try {
      supervisor.onExit().get(DOWN_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      // Its servers end with it, in whatever way it ends.
      supervisor.destroyForcibly();
      supervisor.onExit().join();
    } catch (ExecutionException e) {
      throw new StackException("cannot wait for the supervisor " + supervisor.pid(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while the local stack stopped", e);
    }
  }
}
