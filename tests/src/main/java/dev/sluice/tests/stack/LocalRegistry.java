package dev.sluice.tests.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The Apicurio registry as a process of the local stack. It keeps its schemas in a file database:
 * with one in memory the topics could not be read after a restart.
 */
final class LocalRegistry extends LocalServer implements RegistryServer {
  /**
   * Without it a killed registry loses the schemas of its last half second, whose ids are in use
   * already.
   */
  static final String DURABLE = ";WRITE_DELAY=0";

  private final int managementPort;
  private final Path program;
  private final List<String> javaOptions;

  LocalRegistry(
      int port, int managementPort, Path stackDirectory, Path program, List<String> javaOptions) {
    super("registry", port, stackDirectory);
    this.javaOptions = List.copyOf(javaOptions);
    this.managementPort = managementPort;
    this.program = program;
  }

  /** The unpacked registry, from the archive that the build fetched. */
  static Path unpacked(StackCache cache) {
    return cache.entry("registry-" + StackCache.builtIn("registry.version"), LocalRegistry::unpack);
  }

  private static void unpack(Path directory) throws IOException {
    Path archive = Path.of(StackCache.builtIn("registry.archive"));
    if (!Files.isRegularFile(archive)) {
      throw new IOException("the build has not fetched " + archive + "; run mvn package");
    }
    Commands.run(
        Duration.ofMinutes(2),
        directory,
        Map.of(),
        List.of("tar", "-xzf", archive.toString(), "-C", directory.toString()));
  }

  @Override
  void prepare() {}

  private static Path jar(Path program) {
    return program.resolve(
        "apicurio-registry-app-" + StackCache.builtIn("registry.version") + "-runner.jar");
  }

  @Override
  List<String> command() {
    List<String> arguments =
        new ArrayList<>(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    arguments.addAll(javaOptions);
    arguments.addAll(
        List.of(
            "-Dquarkus.http.host=127.0.0.1",
            "-Dquarkus.http.port=" + port(),
            "-Dquarkus.management.host=127.0.0.1",
            "-Dquarkus.management.port=" + managementPort,
            "-Dapicurio.storage.sql.kind=h2",
            "-Dapicurio.datasource.url=jdbc:h2:file:" + directory().resolve("registry") + DURABLE,
            "-jar",
            jar(program).toString()));
    return JavaCommand.of(arguments);
  }

  /** Options that let the registry start with its class archive. */
  static List<String> archiveOptions(ClassArchive archive, Path program) {
    return archive.options(
        "registry",
        jar(program).toString(),
        (directory, options) -> {
          Ports ports = new Ports(0);
          return new LocalRegistry(ports.take(), ports.take(), directory, program, options);
        });
  }

  @Override
  boolean answers() {
    return ServerProbes.answers(this);
  }

  @Override
  void afterStart() {
    ServerProbes.requireBackwardCompatibility(this);
  }
}
