package dev.sluice.mysql.preflight.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mysql.preflight.Finding.Severity;
import dev.sluice.mysql.preflight.GrantSet;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.PreflightRequest;
import dev.sluice.mysql.preflight.ServerFacts;
import dev.sluice.mysql.preflight.Side;
import dev.sluice.mysql.schema.ServerVariables;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameCaseCheckTest {

  private static ServerFacts server(String schema, Map<String, String> variables) {
    return server(schema, "_sluice", variables);
  }

  private static ServerFacts server(String schema, String sidecar, Map<String, String> variables) {
    return new ServerFacts(
        Side.SOURCE,
        "commerce/-",
        schema,
        sidecar,
        "'sluice'@'%'",
        new ServerVariables(variables),
        GrantSet.parse(List.of()),
        Optional.empty(),
        Optional.empty(),
        0,
        OptionalInt.empty(),
        0,
        Set.of(),
        Map.of(),
        Set.of(),
        Map.of(),
        List.of(),
        List.of(),
        new ServerFacts.LeftBehind(List.of(), Optional.empty()),
        Optional.empty(),
        false);
  }

  private static Severity worst(String schema, String table, String value) {
    PreflightRequest request =
        new PreflightRequest(null, null, List.of(table), Map.of(), false, false, false, 1);
    ServerFacts server = server(schema, Map.of("lower_case_table_names", value));
    return new NameCaseCheck()
        .run(new PreflightContext(List.of(server), List.of(), List.of(), request)).stream()
            .map(finding -> finding.severity())
            .findFirst()
            .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "commerce, orders, 0, OK",
    "Commerce, Orders, 0, OK",
    "commerce, orders, 1, OK",
    "Commerce, orders, 1, REFUSE",
    "commerce, Orders, 1, REFUSE",
    "commerce, ÄRGER, 2, REFUSE"
  })
  void capitalsAreRefusedWhereTheServerDoesNotKnowThem(
      String schema, String table, String value, Severity expected) {
    assertThat(worst(schema, table, value)).isEqualTo(expected);
  }

  /** Its rows would be nobody's: no marker would ever be heard. */
  @Test
  void theSidecarIsOneOfTheNames() {
    PreflightRequest request =
        new PreflightRequest(null, null, List.of("a"), Map.of(), false, false, false, 1);
    for (String value : List.of("0", "1")) {
      ServerFacts server = server("shop", "Sluice_Meta", Map.of("lower_case_table_names", value));
      assertThat(
              new NameCaseCheck()
                  .run(new PreflightContext(List.of(server), List.of(), List.of(), request)))
          .singleElement()
          .satisfies(
              finding -> {
                boolean refused = value.equals("1");
                assertThat(finding.severity()).isEqualTo(refused ? Severity.REFUSE : Severity.OK);
                assertThat(finding.message().contains("Sluice_Meta")).isEqualTo(refused);
              });
    }
  }

  @Test
  void theNamesAreNamed() {
    PreflightRequest request =
        new PreflightRequest(null, null, List.of("a", "B"), Map.of(), false, false, false, 1);
    ServerFacts server = server("Shop", Map.of("lower_case_table_names", "1"));
    assertThat(
            new NameCaseCheck()
                .run(new PreflightContext(List.of(), List.of(server), List.of(), request)))
        .singleElement()
        .satisfies(finding -> assertThat(finding.message()).contains("Shop, B"));
  }
}
