package dev.sluice.capture.engine;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import java.util.function.Consumer;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/**
 * Makes the engine's warning about a change that was logged as a statement an error: the engine
 * itself goes on, with the change lost. Thread-safe.
 */
final class StatementWatch extends AppenderBase<ILoggingEvent> implements AutoCloseable {

  private static final String ENGINE_LOGGER =
      "io.debezium.connector.binlog.BinlogStreamingChangeEventSource";
  private static final String MESSAGE_BEGIN = "Received DML ";
  private static final String CONNECTOR_NAME = "dbz.connectorName";

  private final String engineName;
  private final Consumer<SluiceException> found;
  private Logger logger;

  private StatementWatch(String engineName, Consumer<SluiceException> found) {
    this.engineName = engineName;
    this.found = found;
  }

  /**
   * Begins to watch.
   *
   * @throws SluiceException INTERNAL when logging is not by Logback, as then the warning cannot be
   *     heard
   */
  static StatementWatch start(String engineName, Consumer<SluiceException> found) {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (!(factory instanceof LoggerContext context)) {
      throw new SluiceException(
          ErrorCode.INTERNAL,
          "logging is by " + factory.getClass().getName() + ", not Logback",
          "put Logback on the class path, and no other SLF4J binding");
    }
    StatementWatch watch = new StatementWatch(engineName, found);
    watch.setContext(context);
    watch.setName("statement-watch-" + engineName);
    watch.logger = context.getLogger(ENGINE_LOGGER);
    if (!watch.logger.isWarnEnabled()) {
      watch.logger.setLevel(Level.WARN);
    }
    watch.start();
    watch.logger.addAppender(watch);
    return watch;
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (!event.getMessage().startsWith(MESSAGE_BEGIN)
        || !engineName.equals(event.getMDCPropertyMap().get(CONNECTOR_NAME))) {
      return;
    }
    found.accept(
        new SluiceException(
            ErrorCode.STATEMENT_FORMAT,
            "the source logged a change as a statement, so its rows are unknown",
            "find the session with binlog_format other than ROW, end it, then cancel the workflow and begin again"));
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    stop();
  }
}
