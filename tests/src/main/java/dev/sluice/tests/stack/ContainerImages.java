package dev.sluice.tests.stack;

/** The images of the container stack; each can be replaced by a system property. */
enum ContainerImages {
  KAFKA("sluice.stack.image.kafka", "apache/kafka:4.3.1"),
  REGISTRY("sluice.stack.image.registry", "apicurio/apicurio-registry:3.0.9"),
  MYSQL("sluice.stack.image.mysql", "mysql:9.7");

  private final String property;
  private final String standard;

  ContainerImages(String property, String standard) {
    this.property = property;
    this.standard = standard;
  }

  String image() {
    return System.getProperty(property, standard);
  }

  /** The image's tag. */
  String version() {
    return image().substring(image().lastIndexOf(':') + 1);
  }
}
