package dev.sluice.tests.stack;

import org.testcontainers.utility.DockerImageName;

/**
 * The images of the container stack. Each can be replaced, by one from a mirror for instance: with
 * a system property, or with the environment variable that docker-compose.yml reads as well.
 */
enum ContainerImages {
  KAFKA("sluice.stack.image.kafka", "SLUICE_IMAGE_KAFKA", "apache/kafka:4.3.1"),
  REGISTRY(
      "sluice.stack.image.registry", "SLUICE_IMAGE_REGISTRY", "apicurio/apicurio-registry:3.0.9"),
  MYSQL("sluice.stack.image.mysql", "SLUICE_IMAGE_MYSQL", "mysql:9.7");

  private final String property;
  private final String variable;
  private final String standard;

  ContainerImages(String property, String variable, String standard) {
    this.property = property;
    this.variable = variable;
    this.standard = standard;
  }

  /** The name with its tag: by the property, else by the variable, else the published image. */
  String image() {
    String configured = System.getProperty(property, System.getenv(variable));
    return configured == null || configured.isBlank() ? standard : configured;
  }

  /** The environment variable that names another image. */
  String variable() {
    return variable;
  }

  /** The published image. */
  String standard() {
    return standard;
  }

  /**
   * The server's version, which the tag has to name: what a server is told at its first start
   * depends on it.
   *
   * @throws StackException when the tag is no version
   */
  String version() {
    String tag = DockerImageName.parse(image()).getVersionPart();
    if (!tag.matches("\\d+\\.\\d+.*")) {
      throw new StackException(
          "the image "
              + image()
              + " does not say its version: "
              + property
              + " and "
              + variable
              + " take a name whose tag begins with the server's version, such as "
              + standard);
    }
    return tag;
  }
}
