package dev.sluice.tests.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which images the container stack runs on. */
class ContainerImagesTest {
  private static final String PROPERTY = "sluice.stack.image.mysql";

  private final String before = System.getProperty(PROPERTY);

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty(PROPERTY);
    } else {
      System.setProperty(PROPERTY, before);
    }
  }

  @Test
  void theComposeFileHasTheSameImagesUnderTheSameVariables() throws Exception {
    String compose = Files.readString(ProjectHome.find().resolve("docker-compose.yml"));
    for (ContainerImages image : ContainerImages.values()) {
      assertThat(compose)
          .contains("image: \"${" + image.variable() + ":-" + image.standard() + "}\"");
    }
  }

  @Test
  void anImageOfAMirrorIsTakenWithTheVersionOfItsTag() {
    System.setProperty(PROPERTY, "mirror.example:5000/library/mysql:8.4.3-oracle");

    assertThat(ContainerImages.MYSQL.image())
        .isEqualTo("mirror.example:5000/library/mysql:8.4.3-oracle");
    assertThat(ContainerImages.MYSQL.version()).isEqualTo("8.4.3-oracle");
  }

  @Test
  void anImageWhoseTagIsNoVersionIsRefused() {
    System.setProperty(PROPERTY, "mirror.example:5000/library/mysql");

    assertThatThrownBy(ContainerImages.MYSQL::version)
        .isInstanceOf(StackException.class)
        .hasMessageContaining("mirror.example:5000/library/mysql")
        .hasMessageContaining("SLUICE_IMAGE_MYSQL")
        .hasMessageContaining("mysql:9.7");
  }
}
