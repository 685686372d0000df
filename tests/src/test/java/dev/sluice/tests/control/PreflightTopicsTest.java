package dev.sluice.tests.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.controller.preflight.Finding;
import dev.sluice.controller.preflight.Finding.Severity;
import dev.sluice.controller.topics.KafkaMoveTopics;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.kafka.TopicAdmin;
import dev.sluice.schemas.kafka.TopicSettings;
import dev.sluice.schemas.registry.ConfluentSchemaIds;
import dev.sluice.schemas.registry.RegistrySettings;
import dev.sluice.schemas.workflow.WorkflowOptions;
import dev.sluice.schemas.workflow.WorkflowSpec;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The findings about Kafka and the registry come and go with their causes. */
@Tag("control")
@ExtendWith(SharedStack.class)
class PreflightTopicsTest {

  private static final String NOWHERE = "127.0.0.1:1";

  private static List<Finding> run(String bootstrap, String registry, String workflow) {
    return run(bootstrap, registry, workflow, Map.of());
  }

  private static List<Finding> run(
      String bootstrap, String registry, String workflow, Map<String, String> clients) {
    KafkaSettings kafka =
        new KafkaSettings(bootstrap, clients, KafkaSettings.DEFAULT_RECORD_MAX_BYTES);
    WorkflowSpec spec =
        new WorkflowSpec(
            workflow,
            "commerce",
            "customer",
            List.of("customer"),
            false,
            List.of(),
            Map.of(),
            WorkflowOptions.defaults());
    try (TopicAdmin admin = new TopicAdmin(kafka, TopicSettings.brokerDefault())) {
      ConfluentSchemaIds rules = new ConfluentSchemaIds(new RegistrySettings(registry, Map.of()));
      return new KafkaMoveTopics(admin, rules, registry).preflight(spec, List.of("customer"));
    }
  }

  private static Severity of(List<Finding> findings, String check) {
    return findings.stream()
        .filter(finding -> finding.check().equals(check))
        .map(Finding::severity)
        .findFirst()
        .orElse(null);
  }

  @Test
  void whatDoesNotAnswerIsNamed(Stack stack, StackScope scope) {
    String registry = stack.registry().url();
    // only where nobody answers: a broker may take its time on a busy machine
    Map<String, String> impatient =
        Map.of("request.timeout.ms", "1000", "default.api.timeout.ms", "1500");
    List<Finding> down = run(NOWHERE, "http://" + NOWHERE, scope.workflow(), impatient);
    assertThat(of(down, "kafka")).isEqualTo(Severity.REFUSE);
    assertThat(of(down, "registry")).isEqualTo(Severity.REFUSE);

    List<Finding> up = run(stack.kafka().bootstrapServers(), registry, scope.workflow());
    assertThat(of(up, "kafka")).isEqualTo(Severity.OK);
    assertThat(of(up, "registry")).isEqualTo(Severity.OK);
    assertThat(up)
        .filteredOn(finding -> finding.check().equals("registry"))
        .first()
        .extracting(Finding::message)
        .asString()
        .contains("BACKWARD");
  }

  @Test
  void topicsOnOneBrokerAreWarnedOf(Stack stack, StackScope scope) {
    String bootstrap = stack.kafka().bootstrapServers();
    KafkaSettings kafka =
        new KafkaSettings(bootstrap, Map.of(), KafkaSettings.DEFAULT_RECORD_MAX_BYTES);
    // as every server does when it starts
    try (TopicAdmin admin = new TopicAdmin(kafka, TopicSettings.brokerDefault())) {
      admin.ensureControlTopics();
    }
    assertThat(run(bootstrap, stack.registry().url(), scope.workflow()))
        .filteredOn(finding -> finding.check().equals("replication_factor"))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.severity()).isEqualTo(Severity.WARN);
              assertThat(finding.remedy()).contains("topics.replication.factor");
            });
  }

  @Test
  void takenNamesAreRefusedAlsoThoseThatKafkaTakesForTheSame(Stack stack, StackScope scope)
      throws Exception {
    String bootstrap = stack.kafka().bootstrapServers();
    String workflow = scope.workflow();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      for (String taken :
          List.of(workflow + ".customer", workflow + "_customer", workflow + "_reverse.journal")) {
        admin.createTopics(List.of(new NewTopic(taken, 1, (short) 1))).all().get();
        awaitListed(admin, taken, true);
        List<Finding> findings = run(bootstrap, stack.registry().url(), workflow);
        assertThat(of(findings, "topic_names_free")).as(taken).isEqualTo(Severity.REFUSE);
        assertThat(findings)
            .filteredOn(finding -> finding.check().equals("topic_names_free"))
            .first()
            .extracting(Finding::object)
            .isEqualTo(taken);
        admin.deleteTopics(List.of(taken)).all().get();
        awaitListed(admin, taken, false);
      }
      assertThat(of(run(bootstrap, stack.registry().url(), workflow), "topic_names_free"))
          .isEqualTo(Severity.OK);
    }
  }

  /** The controller has answered when the brokers may not have heard of it yet. */
  private static void awaitListed(Admin admin, String topic, boolean listed) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> admin.listTopics().names().get().contains(topic) == listed);
  }
}
