package dev.sluice.tests.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.registry.ConfluentSchemaIds;
import dev.sluice.schemas.registry.RegistrySettings;
import dev.sluice.server.Role;
import dev.sluice.tests.process.SluiceClient;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a real registry does to a move: rules, outages, a gate in front of it. */
@Tag("control")
@ExtendWith(SharedStack.class)
class RegistryTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Schema FOREIGN =
      SchemaBuilder.record("Foreign").fields().requiredLong("n").endRecord();

  private static ConfluentSchemaIds ids(String url, Map<String, String> properties) {
    return new ConfluentSchemaIds(new RegistrySettings(url, properties));
  }

  @Test
  void aSubjectWithAnIncompatibleSchemaIsRefusedBeforeAnythingIsWritten(
      Stack stack, StackScope scope) throws Exception {
    String subject = scope.workflow() + ".customer-value";
    ids(stack.registry().url(), Map.of()).register(subject, FOREIGN);
    try (ControlRig rig = new ControlRig(stack, scope)) {
      SluiceClient client = rig.server(EnumSet.of(Role.CONTROLLER));

      SluiceClient.Answer refused = client.create(rig.spec());

      assertThat(refused.code()).isEqualTo(422);
      List<JsonNode> findings = refusing(refused.body().path("details").path("findings"));
      assertThat(findings).hasSize(1);
      assertThat(findings.get(0).path("check").asText()).isEqualTo("registry_subjects");
      assertThat(findings.get(0).path("object").asText()).isEqualTo(subject);
      assertThat(findings.get(0).path("message").asText()).contains("BACKWARD");
      assertThat(rig.topics()).isEmpty();
      assertThat(rig.onTarget("-80", "SHOW TABLES")).isNull();

      delete(stack.registry().url() + "/subjects/" + subject);
      assertThat(refusing(client.preflight(rig.spec()).orThrow().path("findings"))).isEmpty();
    }
  }

  @Test
  void aSchemaThatTheRegistryRefusesIsAnErrorOfItsOwn(Stack stack, StackScope scope) {
    ConfluentSchemaIds ids = ids(stack.registry().url(), Map.of());
    String subject = scope.workflow() + "-value";
    ids.register(subject, FOREIGN);
    assertThatThrownBy(() -> ids.register(subject, Schema.create(Schema.Type.STRING)))
        .isInstanceOfSatisfying(
            SluiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SCHEMA_REFUSED))
        .hasMessageContaining(subject);
  }

  @Test
  void aMoveWaitsForARegistryThatIsDownAndSaysSo(Stack stack, StackScope scope) throws Exception {
    try (ControlRig rig = new ControlRig(stack, scope)) {
      SluiceClient client = rig.server(EnumSet.allOf(Role.class));
      Map<String, Object> spec = new HashMap<>(rig.spec());
      spec.put("options", Map.of("auto-start", false));
      assertThat(client.create(spec).code()).isEqualTo(201);
      rig.onSource("CREATE TABLE lone (id INT PRIMARY KEY)");
      Map<String, Object> another =
          Map.of(
              "name", "another",
              "source", "commerce",
              "target", "customer",
              "tables", List.of("lone"),
              "vindexes", Map.of("lone", Map.of("column", "id", "type", "sha256")));
      stack.registry().kill();

      assertThat(refusing(client.preflight(another).orThrow().path("findings")))
          .extracting(finding -> finding.path("check").asText())
          .contains("registry");
      assertThat(client.act(rig.workflow(), "start", "go").code()).isEqualTo(202);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(client.status(rig.workflow()).body().toString())
                      .contains("REGISTRY_UNAVAILABLE"));
      assertThat(client.status(rig.workflow()).body().path("state").asText()).isEqualTo("copying");

      stack.registry().start();
      rig.awaitState(client, "running");
      // each unit tells by itself that it is over the outage
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(client.status(rig.workflow()).body().toString())
                      .doesNotContain("REGISTRY_UNAVAILABLE"));
    }
  }

  @Test
  void credentialsAndHeadersReachTheRegistry(Stack stack, StackScope scope) throws Exception {
    try (RegistryGate gate = new RegistryGate(stack.registry().url(), "user:secret", "x-tenant")) {
      String subject = scope.workflow() + "-value";
      assertThatThrownBy(() -> ids(gate.url(), Map.of()).register(subject, FOREIGN))
          .isInstanceOfSatisfying(
              SluiceException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION))
          .hasMessageContaining("401");

      Map<String, String> properties =
          Map.of(
              "basic.auth.credentials.source",
              "USER_INFO",
              "basic.auth.user.info",
              "user:secret",
              "request.header.x-tenant",
              "blue");
      int id = ids(gate.url(), properties).register(subject, FOREIGN);

      assertThat(ids(stack.registry().url(), Map.of()).byId(id)).isEqualTo(FOREIGN);
      assertThat(gate.headers()).containsOnly("blue");
      assertThat(new RegistrySettings(gate.url(), properties).toString()).doesNotContain("secret");
    }
  }

  @Test
  @Tag("soak")
  void rowsTravelThroughConfluentsOwnSerializers(Stack stack, StackScope scope) throws Exception {
    String serializers =
        "\n  properties:"
            + "\n    key.serializer: io.confluent.kafka.serializers.KafkaAvroSerializer"
            + "\n    value.serializer: io.confluent.kafka.serializers.KafkaAvroSerializer"
            + "\n    key.deserializer: io.confluent.kafka.serializers.KafkaAvroDeserializer"
            + "\n    value.deserializer: io.confluent.kafka.serializers.KafkaAvroDeserializer\n";
    try (ControlRig rig = new ControlRig(stack, scope)) {
      SluiceClient client =
          rig.server(
              EnumSet.allOf(Role.class),
              yaml -> yaml.replaceFirst("(registry:\\s+url: \\S+)\n", "$1" + serializers));
      assertThat(client.create(rig.spec()).code()).isEqualTo(201);
      rig.awaitState(client, "running");
      rig.onSource("INSERT INTO customer VALUES (20, 'streamed')");
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(
                          Integer.parseInt(rig.onTarget("-80", "SELECT COUNT(*) FROM customer"))
                              + Integer.parseInt(
                                  rig.onTarget("80-", "SELECT COUNT(*) FROM customer")))
                      .isEqualTo(4));
      rig.cancel(client);
    }
  }

  private static List<JsonNode> refusing(JsonNode findings) {
    List<JsonNode> refusing = new ArrayList<>();
    findings.forEach(
        finding -> {
          if (finding.path("severity").asText().equals("refuse")) {
            refusing.add(finding);
          }
        });
    return refusing;
  }

  private static void delete(String url) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).DELETE().build();
    assertThat(
            HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(200);
  }
}
