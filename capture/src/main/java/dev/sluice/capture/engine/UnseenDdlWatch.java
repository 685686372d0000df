package dev.sluice.capture.engine;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import dev.sluice.capture.stream.SourceEvent;
import dev.sluice.capture.stream.StreamErrors;
import dev.sluice.mysql.ddl.DdlReader;
import dev.sluice.mysql.ddl.TableDdl;
import dev.sluice.schemas.error.SluiceException;
import io.debezium.util.LoggingContext;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.Marker;

/**
 * Hears of DDL that the engine makes no event of: statements that its parser cannot read or that it
 * filters out, and tables that move to a schema it does not capture. On a moved table they end the
 * stream; elsewhere they do not matter. What the engine says of each statement is heard whatever
 * the level its loggers have. Thread-safe.
 */
final class UnseenDdlWatch extends TurboFilter implements AutoCloseable {

  private static final String READS = "Processing streaming DDL '{}'";
  private static final String CANNOT_READ = "Ignoring unparseable DDL statement '{}'";
  private static final String FILTERS = "DDL '{}' was filtered out of processing";

  private final String engineName;
  private final Function<TableDdl, Optional<String>> concerned;
  private final HeardRenames renames;
  private final Runnable awaitQuiet;
  private final Consumer<SluiceException> found;
  private final LoggerContext loggers;
  private volatile String database = "";

  private UnseenDdlWatch(
      String engineName,
      Function<TableDdl, Optional<String>> concerned,
      HeardRenames renames,
      Runnable awaitQuiet,
      Consumer<SluiceException> found,
      LoggerContext loggers) {
    this.engineName = engineName;
    this.concerned = concerned;
    this.renames = renames;
    this.awaitQuiet = awaitQuiet;
    this.found = found;
    this.loggers = loggers;
  }

  /**
   * Begins to watch; logging is by Logback, as {@link StatementWatch} has seen to.
   *
   * @param concerned the moved table that a statement concerns
   * @param renames told of renames, ahead of the engine's events
   * @param awaitQuiet waits until everything before the statement has been fetched
   */
  static UnseenDdlWatch start(
      String engineName,
      Function<TableDdl, Optional<String>> concerned,
      HeardRenames renames,
      Runnable awaitQuiet,
      Consumer<SluiceException> found) {
    LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
    UnseenDdlWatch watch =
        new UnseenDdlWatch(engineName, concerned, renames, awaitQuiet, found, loggers);
    watch.setContext(loggers);
    watch.setName("unseen-ddl-watch-" + engineName);
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
    if (format != null
        && parameters != null
        && parameters.length > 0
        && parameters[0] instanceof String statement
        && logger.getName().startsWith("io.debezium.connector.binlog.")
        && engineName.equals(MDC.get(LoggingContext.CONNECTOR_NAME))) {
      hear(format, statement, parameters);
    }
    return FilterReply.NEUTRAL;
  }

  private void hear(String format, String statement, Object[] parameters) {
    if (format.startsWith(READS)) {
      database = parameters.length > 1 ? String.valueOf(parameters[1]) : "";
      Optional<TableDdl> read = DdlReader.read(statement, database);
      read.ifPresent(ddl -> renames.add(ddl, statement));
      read.filter(UnseenDdlWatch::leavesItsSchema)
          .ifPresent(ddl -> end(ddl, statement, "the table stands in another schema"));
    } else if (format.startsWith(CANNOT_READ)) {
      DdlReader.read(statement, database)
          .ifPresent(ddl -> end(ddl, statement, "the engine cannot read the statement"));
    } else if (format.startsWith(FILTERS)) {
      DdlReader.read(statement, "")
          .ifPresent(ddl -> end(ddl, statement, "the engine leaves the statement out"));
    }
  }

  private static boolean leavesItsSchema(TableDdl ddl) {
    return ddl.renames().stream().anyMatch(r -> !r.from().schema().equals(r.to().schema()));
  }

  private void end(TableDdl ddl, String statement, String why) {
    Optional<String> table = concerned.apply(ddl);
    if (table.isPresent()) {
      awaitQuiet.run();
      found.accept(StreamErrors.ddlForGood(new SourceEvent.Ddl(table.get(), statement, null), why));
    }
  }

  @Override
  public void close() {
    stop();
    loggers.getTurboFilterList().remove(this);
  }
}
