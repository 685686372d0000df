package dev.sluice.tests.stack;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.output.OutputFrame;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;

/**
 * A server of the container stack. Its ports on this machine are chosen beforehand and bound to the
 * loopback address: they must stay the same when the container is started again.
 */
abstract class ContainerServer implements StackServer {
  private static final Logger LOG = LoggerFactory.getLogger(ContainerServer.class);
  private static final Duration START_LIMIT = Duration.ofSeconds(120);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int STOP_LIMIT_SECONDS = 30;
  private static final int LOG_LINES = 25;

  private final String name;
  private final int port;
  private final Path logFile;
  private final GenericContainer<?> container;
  private final ContainerImages image;
  private final Map<Integer, Integer> hostPorts = new LinkedHashMap<>();
  private boolean created;
  private volatile boolean abandoned;

  /**
   * @param containerPort the server's port inside the container
   */
  ContainerServer(
      String name, int port, int containerPort, Path stackDirectory, ContainerImages image) {
    this.name = name;
    this.port = port;
    this.image = image;
    this.logFile = stackDirectory.resolve("logs").resolve(name.replace('/', '_') + ".log");
    this.container = new GenericContainer<>(DockerImageName.parse(image.image()));
    publish(containerPort, port);
    container.waitingFor(
        new AbstractWaitStrategy() {
          @Override
          protected void waitUntilReady() {
            LOG.atDebug()
                .addKeyValue("server", name)
                .log("container runs; the server is asked below");
          }
        });
    container.withLogConsumer(this::log);
  }

  /** Whether the server answers clients now. */
  abstract boolean answers();

  /** What remains to be done each time the server has begun to answer. */
  void afterStart(boolean first) {}

  final GenericContainer<?> container() {
    return container;
  }

  /** Makes another port of the container reachable from this machine. */
  final void publish(int containerPort, int hostPort) {
    hostPorts.put(containerPort, hostPort);
    container.addExposedPort(containerPort);
  }

  private List<PortBinding> bindings() {
    return hostPorts.entrySet().stream()
        .map(
            entry ->
                new PortBinding(
                    com.github.dockerjava.api.model.Ports.Binding.bindIpAndPort(
                        host(), entry.getValue()),
                    ExposedPort.tcp(entry.getKey())))
        .toList();
  }

  private void log(OutputFrame frame) {
    try {
      Files.writeString(
          logFile,
          frame.getUtf8String(),
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("server", name).log("its log cannot be written: {}", e.getMessage());
    }
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
  public final synchronized boolean isRunning() {
    return created
        && Boolean.TRUE.equals(
            engine()
                .inspectContainerCmd(container.getContainerId())
                .exec()
                .getState()
                .getRunning());
  }

  private DockerClient engine() {
    return container.getDockerClient();
  }

  @Override
  public final synchronized void start() {
    if (isRunning()) {
      return;
    }
    boolean first = !created;
    if (first) {
      create();
    } else {
      startAgain();
    }
    awaitAnswer();
    afterStart(first);
  }

  private void create() {
    container.withCreateContainerCmdModifier(
        command -> command.getHostConfig().withPortBindings(bindings()));
    try {
      container.start();
    } catch (RuntimeException e) {
      throw new StackException(
          name
              + " cannot be started from the image "
              + image.image()
              + " ("
              + image.variable()
              + " names another one): "
              + rootOf(e).getMessage(),
          e);
    }
    created = true;
  }

  private static Throwable rootOf(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null && root.getCause().getMessage() != null) {
      root = root.getCause();
    }
    return root;
  }

  private void startAgain() {
    engine().startContainerCmd(container.getContainerId()).exec();
    try {
      // The engine hands out the log of all starts each time.
      Files.deleteIfExists(logFile);
    } catch (IOException e) {
      LOG.atWarn().addKeyValue("server", name).log("its log holds lines twice: {}", e.getMessage());
    }
    container.followOutput(this::log);
  }

  private void awaitAnswer() {
    long began = System.nanoTime();
    while (!answers()) {
      if (abandoned) {
        throw new StackException(name + " was given up while it started");
      }
      if (!isRunning()) {
        throw new StackException(
            name + " ended while it started:\n" + LogTail.of(logFile, LOG_LINES));
      }
      if (System.nanoTime() - began > START_LIMIT.toNanos()) {
        throw new StackException(
            name
                + " did not answer within "
                + START_LIMIT.toSeconds()
                + " s:\n"
                + LogTail.of(logFile, LOG_LINES));
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  @Override
  public final synchronized void stop() {
    if (isRunning()) {
      thaw();
      engine().stopContainerCmd(container.getContainerId()).withTimeout(STOP_LIMIT_SECONDS).exec();
    }
  }

  @Override
  public final synchronized void kill() {
    if (isRunning()) {
      // A frozen server is not thawed: it ends without another step of its own.
      engine().killContainerCmd(container.getContainerId()).exec();
      engine().waitContainerCmd(container.getContainerId()).start().awaitStatusCode();
    }
  }

  @Override
  public final synchronized void freeze() {
    if (isRunning() && !isFrozen()) {
      engine().pauseContainerCmd(container.getContainerId()).exec();
    }
  }

  @Override
  public final synchronized void thaw() {
    if (isRunning() && isFrozen()) {
      engine().unpauseContainerCmd(container.getContainerId()).exec();
    }
  }

  private boolean isFrozen() {
    return Boolean.TRUE.equals(
        engine().inspectContainerCmd(container.getContainerId()).exec().getState().getPaused());
  }

  /** Removes the container with its data, also one that another thread is just starting. */
  final void remove() {
    abandoned = true;
    synchronized (this) {
      container.stop();
      created = false;
    }
  }
}
