package dev.sluice.mysql.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.keyspace.Endpoint;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ConnectionPropertiesTest {

  private final AtomicInteger asked = new AtomicInteger();

  private Endpoint endpoint(Map<String, String> properties) {
    return new Endpoint("h", 3306, "u", () -> "secret" + asked.incrementAndGet(), "s", properties);
  }

  @Test
  void theEndpointMayChangeTlsAndTimeouts() {
    Properties properties =
        ConnectionProperties.of(
            endpoint(Map.of("sslMode", "VERIFY_CA", "connectTimeout", "5")),
            SessionProfile.CONTROL,
            "p");
    assertThat(properties)
        .containsEntry("sslMode", "VERIFY_CA")
        .containsEntry("connectTimeout", "5")
        .containsEntry("connectionAttributes", "program_name:p");
    assertThat(ConnectionProperties.of(endpoint(Map.of()), SessionProfile.CONTROL, "p"))
        .containsEntry("sslMode", "PREFERRED");
  }

  @Test
  void theEndpointMayNotChangeHowRowsAreRead() {
    Endpoint endpoint =
        endpoint(
            Map.of(
                "connectiontimezone",
                "LOCAL",
                "useAffectedRows",
                "true",
                "password",
                "x",
                "sslMode",
                "DISABLED"));
    assertThatThrownBy(() -> ConnectionProperties.of(endpoint, SessionProfile.READER, "p"))
        .isInstanceOfSatisfying(
            SluiceException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION))
        .hasMessageContaining("connectiontimezone, password, useAffectedRows");
  }

  @Test
  void thePasswordIsAskedForAtEachConnect() {
    Endpoint endpoint = endpoint(Map.of());
    assertThat(ConnectionProperties.of(endpoint, SessionProfile.CONTROL, "p"))
        .containsEntry("password", "secret1");
    assertThat(ConnectionProperties.of(endpoint, SessionProfile.CONTROL, "p"))
        .containsEntry("password", "secret2");
  }

  @Test
  void onlyAppliersSendFiles() {
    for (SessionProfile profile : SessionProfile.values()) {
      assertThat(ConnectionProperties.of(endpoint(Map.of()), profile, "p"))
          .containsEntry(
              "allowLoadLocalInfile", Boolean.toString(profile == SessionProfile.APPLIER));
    }
  }

  @Test
  void strangeProgramNamesAreRefused() {
    assertThatThrownBy(() -> new MySqlSessions("a,b:c"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(UrlText.encoded("my schema?/%")).isEqualTo("my%20schema%3F%2F%25");
  }
}
