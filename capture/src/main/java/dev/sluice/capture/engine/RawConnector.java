package dev.sluice.capture.engine;

import io.debezium.connector.mysql.MySqlConnector;
import org.apache.kafka.connect.connector.Task;

/** The engine's MySQL connector, with rows read by {@link RawRows}. The engine makes it by name. */
public final class RawConnector extends MySqlConnector {

  @Override
  public Class<? extends Task> taskClass() {
    return RawConnectorTask.class;
  }
}
