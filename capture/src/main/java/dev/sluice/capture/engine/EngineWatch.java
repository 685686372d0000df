package dev.sluice.capture.engine;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import io.debezium.util.LoggingContext;
import java.util.Arrays;
import java.util.function.Consumer;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.Marker;

/**
 * Hears what the engine tells nobody but its log, and makes errors of it: a change that was logged
 * as a statement (the engine goes on, with the change lost; the warning does not reach the log,
 * since it quotes the statement and so rows), a server's own note that changes are missing in its
 * binary log (the engine goes on there, too), and a binary log connection that ended (when the
 * server closed it in order, the engine waits for ever). Thread-safe.
 */
final class EngineWatch extends TurboFilter implements AutoCloseable {

  private static final String ENGINE_LOGGER =
      "io.debezium.connector.binlog.BinlogStreamingChangeEventSource";
  private static final String STATEMENT = "Received DML ";
  private static final String INCIDENT = "Server incident: ";
  private static final String DISCONNECTED = "Stopped reading binlog after ";

  private final String engineName;
  private final Consumer<SluiceException> found;
  private final Runnable disconnected;
  private final LoggerContext loggers;

  private EngineWatch(
      String engineName,
      Consumer<SluiceException> found,
      Runnable disconnected,
      LoggerContext loggers) {
    this.engineName = engineName;
    this.found = found;
    this.disconnected = disconnected;
    this.loggers = loggers;
  }

  /**
   * Begins to watch.
   *
   * @param found takes the error of a change whose rows are unknown
   * @param disconnected called when the engine's connection has ended, for whatever reason
   * @throws SluiceException INTERNAL when logging is not by Logback, as then the warning cannot be
   *     heard
   */
  static EngineWatch start(
      String engineName, Consumer<SluiceException> found, Runnable disconnected) {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (!(factory instanceof LoggerContext loggers)) {
      throw new SluiceException(
          ErrorCode.INTERNAL,
          "logging is by " + factory.getClass().getName() + ", not Logback",
          "put Logback on the class path, and no other SLF4J binding");
    }
    EngineWatch watch = new EngineWatch(engineName, found, disconnected, loggers);
    watch.setContext(loggers);
    watch.setName("engine-watch-" + engineName);
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
    if (!logger.getName().equals(ENGINE_LOGGER)
        || !engineName.equals(MDC.get(LoggingContext.CONNECTOR_NAME))) {
      return FilterReply.NEUTRAL;
    }
    if (format == null) {
      // asked whether it is worth to make the message: whatever level the log has
      return level == Level.INFO ? FilterReply.ACCEPT : FilterReply.NEUTRAL;
    }
    if (format.startsWith(STATEMENT)) {
      found.accept(
          new SluiceException(
              ErrorCode.STATEMENT_FORMAT,
              "the source logged a change as a statement, so its rows are unknown",
              "find the session with binlog_format other than ROW, end it, then cancel the workflow and begin again"));
      return FilterReply.DENY;
    }
    if (format.startsWith(INCIDENT)) {
      found.accept(
          new SluiceException(
              ErrorCode.BINLOG_INCIDENT,
              "the server noted in its binary log that changes are missing there: "
                  + Arrays.toString(parameters),
              "find the cause in the server's error log, then copy again: `start --recopy`; on the"
                  + " way back, look with a VDiff for what differs, and complete the workflow"));
    }
    if (format.startsWith(DISCONNECTED)) {
      disconnected.run();
    }
    return FilterReply.NEUTRAL;
  }

  @Override
  public void close() {
    stop();
    loggers.getTurboFilterList().remove(this);
  }
}
