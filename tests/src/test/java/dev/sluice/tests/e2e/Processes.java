package dev.sluice.tests.e2e;

import dev.sluice.tests.process.SluiceClient;
import dev.sluice.tests.process.SluiceProcess;
import dev.sluice.tests.stack.Ports;
import dev.sluice.tests.stack.ServerConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/** The Sluice processes of one test, one for each combination of roles. Not thread-safe. */
final class Processes implements AutoCloseable {

  /** These processes live for seconds: the second compiler would only take the processor away. */
  private static final List<String> QUICK_START = List.of("-XX:TieredStopAtLevel=1");

  private final Path directory;
  private final IntFunction<String> yamlByPort;
  private final int heapMegabytes;
  private final Ports ports = new Ports(0);
  private final Map<String, SluiceProcess> byName = new LinkedHashMap<>();
  private SluiceProcess spokesman;

  Processes(Path directory, ServerConfig config, int heapMegabytes) {
    this(directory, port -> config.withHttpListen("127.0.0.1:" + port).yaml(), heapMegabytes);
  }

  /**
   * @param yamlByPort the configuration of a process that serves HTTP on that port
   */
  Processes(Path directory, IntFunction<String> yamlByPort, int heapMegabytes) {
    this.directory = directory;
    this.yamlByPort = yamlByPort;
    this.heapMegabytes = heapMegabytes;
  }

  /** Starts a process with these roles that is held at the pause points. */
  SluiceProcess start(String roles, String... pausePoints) {
    return start(roles.replace(',', '-'), roles, pausePoints);
  }

  /** Starts a process under a name of its own, as a second one with the same roles needs it. */
  SluiceProcess start(String name, String roles, String[] pausePoints) {
    return start(name, roles, pausePoints, yamlByPort);
  }

  /** The same with a configuration of its own. */
  SluiceProcess start(
      String name, String roles, String[] pausePoints, IntFunction<String> yamlByPort) {
    int port = ports.take();
    SluiceProcess.Settings settings =
        new SluiceProcess.Settings(
            name,
            directory,
            yamlByPort.apply(port),
            port,
            roles,
            heapMegabytes,
            QUICK_START,
            List.of(pausePoints));
    SluiceProcess process = SluiceProcess.start(settings);
    byName.put(name, process);
    return process;
  }

  /** Kills a process with these roles and starts one like it. */
  SluiceProcess replace(String roles, String... pausePoints) {
    get(roles).kill();
    return start(roles, pausePoints);
  }

  SluiceProcess get(String roles) {
    return byName.get(roles.replace(',', '-'));
  }

  void awaitUp() {
    byName.values().forEach(SluiceProcess::awaitUp);
  }

  /** From now on {@link #client()} is this process's. */
  void speakTo(SluiceProcess process) {
    spokesman = process;
  }

  /** Speaks to the process with the controller role. */
  SluiceClient client() {
    if (spokesman != null) {
      return spokesman.client();
    }
    return byName.values().stream()
        .filter(SluiceProcess::isAlive)
        .filter(process -> process.settings().roles().contains("controller"))
        .findFirst()
        .orElseThrow()
        .client();
  }

  String logs() {
    return byName.values().stream()
        .map(process -> process.settings().name() + ":\n" + process.logTail())
        .collect(Collectors.joining("\n"));
  }

  @Override
  public void close() {
    byName.values().stream().filter(SluiceProcess::isAlive).forEach(SluiceProcess::kill);
  }
}
