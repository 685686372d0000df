package dev.sluice.capture.engine;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import io.debezium.util.LoggingContext;
import java.util.function.Consumer;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.Marker;

/**
 * Makes the engine's warning about a change that was logged as a statement an error: the engine
 * itself goes on, with the change lost. The warning does not reach the log, since it quotes the
 * statement and so rows. Thread-safe.
 */
final class StatementWatch extends TurboFilter implements AutoCloseable {

  private static final String ENGINE_LOGGER =
      "io.debezium.connector.binlog.BinlogStreamingChangeEventSource";
  private static final String MESSAGE_BEGIN = "Received DML ";

  private final String engineName;
  private final Consumer<SluiceException> found;
  private final LoggerContext loggers;

  private StatementWatch(
      String engineName, Consumer<SluiceException> found, LoggerContext loggers) {
    this.engineName = engineName;
    this.found = found;
    this.loggers = loggers;
  }

  /**
   * Begins to watch.
   *
   * @throws SluiceException INTERNAL when logging is not by Logback, as then the warning cannot be
   *     heard
   */
  static StatementWatch start(String engineName, Consumer<SluiceException> found) {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (!(factory instanceof LoggerContext loggers)) {
      throw new SluiceException(
          ErrorCode.INTERNAL,
          "logging is by " + factory.getClass().getName() + ", not Logback",
          "put Logback on the class path, and no other SLF4J binding");
    }
    StatementWatch watch = new StatementWatch(engineName, found, loggers);
    watch.setContext(loggers);
    watch.setName("statement-watch-" + engineName);
    watch.start();
    loggers.addTurboFilter(watch);
    return watch;
  }

  @Override
  public FilterReply decide(
      Marker marker,
      Logger logger,
      Level level,
      String format,
      Object[] parameters,
      Throwable error) {
    if (format == null
        || !format.startsWith(MESSAGE_BEGIN)
        || !logger.getName().equals(ENGINE_LOGGER)
        || !engineName.equals(MDC.get(LoggingContext.CONNECTOR_NAME))) {
      return FilterReply.NEUTRAL;
    }
    found.accept(
        new SluiceException(
            ErrorCode.STATEMENT_FORMAT,
            "the source logged a change as a statement, so its rows are unknown",
            "find the session with binlog_format other than ROW, end it, then cancel the workflow and begin again"));
    return FilterReply.DENY;
  }

  @Override
  public void close() {
    stop();
    loggers.getTurboFilterList().remove(this);
  }
}
