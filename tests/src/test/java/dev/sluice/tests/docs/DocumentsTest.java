package dev.sluice.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.apply.ApplyDdlPausePoints;
import dev.sluice.apply.ApplyHoldPausePoints;
import dev.sluice.apply.ApplyPausePoints;
import dev.sluice.capture.CapturePausePoints;
import dev.sluice.controller.ControllerPausePoints;
import dev.sluice.controller.cutover.SwitchPausePoints;
import dev.sluice.controller.spec.SpecReader;
import dev.sluice.mysql.preflight.CheckRegistry;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.RequiredGrants;
import dev.sluice.mysql.preflight.Side;
import dev.sluice.mysql.schema.ServerVersion;
import dev.sluice.mysql.sidecar.Sidecar;
import dev.sluice.schemas.config.ConfigProblems;
import dev.sluice.server.config.ServerConfigReader;
import dev.sluice.tests.stack.ProjectHome;
import dev.sluice.vdiff.scan.VDiffPausePoints;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents show is what the program takes and does. */
class DocumentsTest {

  private static final Pattern YAML_BLOCK = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");

  @TempDir Path directory;

  private final Path home = ProjectHome.find();

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/reference.md"})
  void everyYamlExampleIsAccepted(String document) throws IOException {
    int examples = 0;
    Path secret = Files.writeString(directory.resolve("dst"), "secret");
    for (String block : yamlBlocks(document)) {
      String yaml = block.replace("/etc/sluice/dst", secret.toString());
      if (yaml.startsWith("kafka:")) {
        assertThat(ServerConfigReader.read(yaml, Map.of("SRC_PW", "a", "DST_PW", "b")).keyspaces())
            .hasSize(2);
      } else {
        ConfigProblems problems = new ConfigProblems();
        JsonNode tree = new YAMLMapper().readTree(yaml);
        SpecReader.read(tree, problems);
        assertThat(problems.all()).as("%s: %s", document, yaml).isEmpty();
      }
      examples++;
    }
    assertThat(examples).as("YAML examples in %s", document).isPositive();
  }

  @Test
  void theReferenceNamesEveryPausePoint() throws IllegalAccessException, IOException {
    String reference = read("docs/reference.md");
    for (Class<?> points :
        List.of(
            CapturePausePoints.class,
            ApplyPausePoints.class,
            ApplyDdlPausePoints.class,
            ApplyHoldPausePoints.class,
            VDiffPausePoints.class,
            ControllerPausePoints.class,
            SwitchPausePoints.class)) {
      for (Field field : points.getDeclaredFields()) {
        if (Modifier.isPublic(field.getModifiers()) && field.getType() == String.class) {
          assertThat(reference).contains("`" + field.get(null) + "`");
        }
      }
    }
  }

  @Test
  void theReferenceNamesEveryPreflightCheck() throws IOException {
    assertThat(read("docs/reference.md"))
        .contains(
            CheckRegistry.all().stream()
                .map(PreflightCheck::id)
                .map(id -> "`" + id + "`")
                .toList());
  }

  @Test
  void theGrantsPageShowsTheStatementsThatPreflightPrints() throws IOException {
    String page = read("docs/operating/grants.md");
    ServerVersion version = ServerVersion.parse("9.7.4");
    for (Side side : Side.values()) {
      String schema = side == Side.TARGET ? "customer" : "commerce";
      List<String> statements =
          RequiredGrants.statements(
              side, version, "'sluice'@'%'", schema, Sidecar.DEFAULT_SCHEMA, false);
      assertThat(page).contains("```sql\n" + String.join(";\n", statements) + ";\n```");
    }
  }

  @Test
  void everyRelativeLinkLeadsSomewhere() throws IOException {
    List<Path> documents =
        new ArrayList<>(List.of(home.resolve("README.md"), home.resolve("CONTRIBUTING.md")));
    try (Stream<Path> files = Files.walk(home.resolve("docs"))) {
      files.filter(file -> file.toString().endsWith(".md")).forEach(documents::add);
    }
    List<String> broken = new ArrayList<>();
    for (Path document : documents) {
      Matcher link = LINK.matcher(Files.readString(document));
      while (link.find()) {
        if (!Files.exists(document.resolveSibling(link.group(1)))) {
          broken.add(home.relativize(document) + " -> " + link.group(1));
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void noMergeWasLeftUnfinished() throws IOException {
    List<String> marks = new ArrayList<>();
    try (Stream<Path> files = Files.walk(home.resolve("docs"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.readAllLines(file).stream()
            .filter(line -> line.matches("(<{7}|={7}|>{7})( .*)?"))
            .forEach(line -> marks.add(home.relativize(file) + ": " + line));
      }
    }
    assertThat(marks).isEmpty();
  }

  private List<String> yamlBlocks(String document) throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher matcher = YAML_BLOCK.matcher(read(document));
    while (matcher.find()) {
      blocks.add(matcher.group(1));
    }
    return blocks;
  }

  private String read(String document) throws IOException {
    return Files.readString(home.resolve(document));
  }
}
