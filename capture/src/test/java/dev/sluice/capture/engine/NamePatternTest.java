package dev.sluice.capture.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class NamePatternTest {

  /** The last two begin with the same surrogate. */
  private static final List<String> CHARACTERS =
      List.of("a", "b", ",", "|", "(", "\u00e9", "\uD83D\uDE00", "\uD83D\uDE01");

  @Test
  void itMatchesTheseNamesAndNoOthers() {
    Random random = new Random(5);
    for (int round = 0; round < 200; round++) {
      Set<String> names = new HashSet<>();
      for (int i = random.nextInt(20); i >= 0; i--) {
        names.add("db." + name(random));
      }
      String pattern = NamePattern.of(names);
      assertThat(pattern).doesNotContain(",");
      Pattern compiled = Pattern.compile(pattern);
      for (String name : names) {
        assertThat(compiled.matcher(name).matches()).as(name + " by " + pattern).isTrue();
      }
      for (int i = 0; i < 50; i++) {
        String other = "db." + name(random);
        assertThat(compiled.matcher(other).matches())
            .as(other + " by " + pattern)
            .isEqualTo(names.contains(other));
      }
    }
  }

  private static String name(Random random) {
    StringBuilder name = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      name.append(CHARACTERS.get(random.nextInt(CHARACTERS.size())));
    }
    return name.toString();
  }

  @Test
  void oneNameIsPlain() {
    assertThat(NamePattern.of(List.of("my.a-b"))).isEqualTo("my\\x{2e}a\\x{2d}b");
  }
}
