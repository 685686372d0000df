package dev.sluice.tests.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.capture.engine.TableDefinitions;
import dev.sluice.capture.engine.TableDefinitions.Definition;
import dev.sluice.mysql.gtid.GtidSet;
import dev.sluice.mysql.gtid.GtidWaiter;
import dev.sluice.mysql.sidecar.Sidecar;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.SharedStack;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackScope;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Definitions and position are of one moment, whatever DDL is on its way. */
@Tag("capture")
@ExtendWith(SharedStack.class)
class TableDefinitionsTest {

  private static final int READS = 60;
  private static final Pattern COMMENT = Pattern.compile("COMMENT='(\\d+)'");

  /** Statement number n makes n the comment of one of the tables, and nobody else writes. */
  @Test
  void whatIsReadIsTheTablesAtThePosition(Stack stack, StackScope scope) throws Exception {
    MysqlServer source = stack.source();
    String schema = scope.sourceSchema();
    AtomicBoolean stop = new AtomicBoolean();
    try (Connection reader = source.connectAsAdmin(schema);
        Connection writer = source.connectAsAdmin(schema);
        Statement ddl = writer.createStatement()) {
      new Sidecar(Sidecar.DEFAULT_SCHEMA).ensure(reader);
      ddl.execute("CREATE TABLE a (id INT PRIMARY KEY) COMMENT '0'");
      ddl.execute("CREATE TABLE b (id INT PRIMARY KEY) COMMENT '0'");
      ddl.execute("CREATE TABLE beside (id INT PRIMARY KEY)");
      GtidSet before = GtidWaiter.executed(reader);
      FutureTask<Void> alters =
          new FutureTask<>(
              () -> {
                alterUntil(stop, ddl);
                return null;
              });
      new Thread(alters, "alters").start();
      long last = 0;
      try {
        TableDefinitions definitions =
            new TableDefinitions(reader, schema, List.of("a", "b"), Sidecar.DEFAULT_SCHEMA);
        for (int i = 0; i < READS; i++) {
          definitions.read(() -> {});
          last = definitions.executed().subtract(before).count();
          assertThat(newestComment(definitions.definitions(), schema)).isEqualTo(last);
        }
        assertThat(definitions.definitions())
            .extracting(Definition::statement)
            .filteredOn(statement -> statement.startsWith("CREATE TABLE `beside`"))
            .hasSize(1);
      } finally {
        stop.set(true);
        alters.get();
      }
      assertThat(last).as("statements that ran meanwhile").isPositive();
    }
  }

  private static void alterUntil(AtomicBoolean stop, Statement ddl) throws SQLException {
    for (int n = 1; !stop.get(); n++) {
      ddl.execute("ALTER TABLE " + (n % 3 == 0 ? "b" : "a") + " COMMENT '" + n + "'");
    }
  }

  private static long newestComment(List<Definition> definitions, String schema) {
    long newest = 0;
    for (Definition definition : definitions) {
      Matcher comment = COMMENT.matcher(definition.statement());
      if (definition.schema().equals(schema) && comment.find()) {
        newest = Math.max(newest, Long.parseLong(comment.group(1)));
      }
    }
    return newest;
  }
}
