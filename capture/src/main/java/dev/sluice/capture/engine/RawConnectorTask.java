package dev.sluice.capture.engine;

import io.debezium.config.Configuration;
import io.debezium.connector.mysql.MySqlConnectorTask;
import io.debezium.connector.mysql.MySqlOffsetContext;
import io.debezium.connector.mysql.MySqlPartition;
import io.debezium.pipeline.ChangeEventSourceCoordinator;

/** The task of {@link RawConnector}. */
public final class RawConnectorTask extends MySqlConnectorTask {

  @Override
  public ChangeEventSourceCoordinator<MySqlPartition, MySqlOffsetContext> start(
      Configuration configuration) {
    EngineRun run = EngineRun.of(configuration.getString(EngineRun.RUN));
    ChangeEventSourceCoordinator<MySqlPartition, MySqlOffsetContext> coordinator =
        super.start(configuration);
    RawRows.install(coordinator, run.heard());
    return coordinator;
  }
}
