package dev.sluice.schemas.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.workflow.Direction;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicNamesTest {

  @Test
  void namesOfBothDirections() {
    TopicNames forward = TopicNames.of("commerce2customer", Direction.FORWARD);
    TopicNames reverse = TopicNames.of("commerce2customer", Direction.REVERSE);

    assertThat(forward.journal()).isEqualTo("commerce2customer.journal");
    assertThat(forward.data("corder")).isEqualTo("commerce2customer.corder");
    assertThat(forward.schemaHistory(0)).isEqualTo("commerce2customer.schema-history.0");
    assertThat(forward.applyGroup()).isEqualTo("sluice.commerce2customer.apply");
    assertThat(reverse.journal()).isEqualTo("commerce2customer_reverse.journal");
    assertThat(reverse.applyGroup()).isEqualTo("sluice.commerce2customer_reverse.apply");
    assertThat(TopicNames.workGroup("apply")).isEqualTo("sluice.work.apply");
    assertThat(TopicNames.valueSubject(forward.journal()))
        .isEqualTo("commerce2customer.journal-value");
  }

  @Test
  void oddBytesOfATableNameAreSpelledOut() {
    assertThat(TopicNames.encode("a`b; drop")).isEqualTo("a.x60b.x3B.x20drop");
    assertThat(TopicNames.encode("ü")).isEqualTo(".xC3.xBC");
    assertThat(TopicNames.encode("../x")).isEqualTo(".x2E.x2E.x2Fx");
  }

  @Test
  void namesThatMeetOrAreTooLongAreNamed() {
    TopicNames names = TopicNames.of("w", Direction.FORWARD);

    assertThat(names.problems(List.of("a", "b"))).isEmpty();
    assertThat(names.problems(List.of("orders", "Orders")))
        .as("two topics for Kafka, as two tables for MySQL on Linux")
        .isEmpty();
    assertThat(names.problems(List.of("journal"))).singleElement().asString().contains("own");
    assertThat(names.problems(List.of("schema-history_0")))
        .singleElement()
        .asString()
        .contains("own");
    assertThat(names.problems(List.of("a b", "a_x20b", "c")))
        .as("Kafka refuses names that differ in dots and underscores only")
        .singleElement()
        .asString()
        .contains("a b and a_x20b");
    assertThat(names.problems(List.of("ü".repeat(60)))).singleElement().asString().contains("249");
  }

  @Test
  void theOtherDirectionsNamesFitToo() {
    TopicNames names = TopicNames.of("w", Direction.FORWARD);
    int room = 249 - "w_reverse.".length();

    assertThat(names.problems(List.of("t".repeat(room)))).isEmpty();
    assertThat(names.problems(List.of("t".repeat(room + 1))))
        .singleElement()
        .asString()
        .contains("w_reverse.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "x_reverse", "sluice", "work", "-a", "a.b", "a b"})
  void badWorkflowNamesAreRefused(String name) {
    assertThatThrownBy(() -> TopicNames.checkWorkflow(name))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theLongestWorkflowNameHas63Characters() {
    assertThatCode(() -> TopicNames.checkWorkflow("a".repeat(63))).doesNotThrowAnyException();
    assertThatThrownBy(() -> TopicNames.checkWorkflow("a".repeat(64)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
