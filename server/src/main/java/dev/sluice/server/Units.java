package dev.sluice.server;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.pause.PausePoints;
import dev.sluice.schemas.registry.SchemaIds;
import dev.sluice.schemas.status.StatusBoard;
import dev.sluice.server.config.ServerConfig;
import dev.sluice.server.units.UnitFactory;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;

/** Makes captures and appliers from this process's configuration. Thread-safe. */
record Units(
    ServerConfig config,
    SchemaIds schemaIds,
    MeterRegistry meters,
    PausePoints pausePoints,
    Clock clock,
    StatusBoard board) {

  UnitFactory factory(Role role) {
    return (key, record, streamStatus, applierStatus) -> {
      throw new SluiceException(
          ErrorCode.STREAM_BROKEN,
          "role " + role.word() + " is not part of this build",
          "use a complete build");
    };
  }
}
