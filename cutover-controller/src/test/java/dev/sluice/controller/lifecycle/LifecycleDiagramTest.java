package dev.sluice.controller.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The diagram in docs/operating/lifecycle.md is made of the rules themselves. */
class LifecycleDiagramTest {

  private static final Path PAGE = Path.of("..", "docs", "operating", "lifecycle.md");

  /** Transitions between states; what stays in a state is left out. */
  static String diagram() {
    Map<String, String> arrows = new LinkedHashMap<>();
    arrows.put("[*] --> created", "create");
    for (Lifecycle.Rule rule : Lifecycle.rules()) {
      if (rule.from() != rule.to()) {
        String to = rule.to() == null ? "state_left" : rule.to().word();
        arrows.merge(
            rule.from().word() + " --> " + to, rule.event().word(), (a, b) -> a + ", " + b);
      }
    }
    StringBuilder text = new StringBuilder("stateDiagram-v2\n");
    arrows.forEach(
        (arrow, words) ->
            text.append("    ").append(arrow).append(" : ").append(words).append("\n"));
    return text.append("    completed --> [*]\n    cancelled --> [*]\n").toString();
  }

  @Test
  void thePageShowsTheRules() throws IOException {
    assertThat(Files.readString(PAGE)).contains("```mermaid\n" + diagram() + "```");
  }
}
