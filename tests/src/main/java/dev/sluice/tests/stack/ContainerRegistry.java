package dev.sluice.tests.stack;

import java.nio.file.Path;

/** The Apicurio registry in a container, with a file database inside it. */
final class ContainerRegistry extends ContainerServer implements RegistryServer {
  private static final int PORT = 8080;

  ContainerRegistry(int port, Path stackDirectory) {
    super("registry", port, PORT, stackDirectory, ContainerImages.REGISTRY);
    container().withEnv("APICURIO_STORAGE_SQL_KIND", "h2");
    container()
        .withEnv("APICURIO_DATASOURCE_URL", "jdbc:h2:file:/tmp/registry" + LocalRegistry.DURABLE);
  }

  @Override
  boolean answers() {
    return ServerProbes.answers(this);
  }

  @Override
  void afterStart(boolean first) {
    ServerProbes.requireBackwardCompatibility(this);
  }
}
