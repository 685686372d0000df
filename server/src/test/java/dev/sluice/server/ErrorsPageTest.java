package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/operating/errors.md explains every code, and says of each whether it is retryable. */
class ErrorsPageTest {

  private static final Pattern ROW =
      Pattern.compile(
          "^\\| `([A-Z_]+)` \\| (yes|no) \\| ([^|]{10,}) \\| ([^|]{4,}) \\|$", Pattern.MULTILINE);

  @Test
  void everyCodeHasItsCauseAndRemedy() throws IOException {
    Map<String, String> documented = new TreeMap<>();
    Matcher rows = ROW.matcher(Files.readString(Path.of("../docs/operating/errors.md")));
    while (rows.find()) {
      documented.put(rows.group(1), rows.group(2));
    }
    Map<String, String> codes = new TreeMap<>();
    Arrays.stream(ErrorCode.values())
        .forEach(code -> codes.put(code.name(), code.retryable() ? "yes" : "no"));

    assertThat(documented).isEqualTo(codes);
  }
}
