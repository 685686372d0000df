package dev.sluice.apply.ddl;

import dev.sluice.mysql.schema.InformationSchema;
import dev.sluice.mysql.schema.TableDefinition;
import dev.sluice.mysql.session.MySqlSessions;
import dev.sluice.mysql.session.SessionProfile;
import dev.sluice.schemas.keyspace.Endpoint;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that somebody changes the tables that an applier writes, about a second later, from a
 * thread and a connection of its own: the applier's transactions must not wait for it. While the
 * server does not answer nothing is noticed, and nothing is written either. Thread-safe.
 */
public final class DefinitionWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DefinitionWatch.class);
  private static final long PAUSE_MILLIS = 1_000;

  /** Of many tables reading takes its time; the server has other things to do. */
  private static final int PAUSES_A_READING = 20;

  private final Endpoint endpoint;
  private final Map<String, TableDefinition> known;
  private final Set<String> tables;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private volatile boolean changed;

  private DefinitionWatch(
      Endpoint endpoint, Set<String> tables, Map<String, TableDefinition> known, String applier) {
    this.endpoint = endpoint;
    this.tables = Set.copyOf(tables);
    this.known = known;
    this.thread = new Thread(this::run, "definitions " + applier);
    thread.setDaemon(true);
  }

  /**
   * Begins to look.
   *
   * @param tables all that are written
   * @param known how they were when the applier built what it writes with
   */
  public static DefinitionWatch start(
      Endpoint endpoint, Set<String> tables, Map<String, TableDefinition> known, String applier) {
    DefinitionWatch watch = new DefinitionWatch(endpoint, tables, known, applier);
    watch.thread.start();
    return watch;
  }

  /** True once the tables are not what they were. */
  public boolean changed() {
    return changed;
  }

  private void run() {
    try {
      while (!changed && !closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      log.atDebug().addKeyValue("thread", thread.getName()).log("ended");
    }
  }

  private void look() throws InterruptedException {
    try (Connection connection =
        new MySqlSessions("sluice-definitions").open(endpoint, SessionProfile.CONTROL)) {
      InformationSchema present = new InformationSchema(connection);
      while (!changed) {
        long began = System.nanoTime();
        changed = !present.definitions(endpoint.schema(), tables).equals(known);
        long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
        if (closed.await(Math.max(PAUSE_MILLIS, took * PAUSES_A_READING), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (SQLException | RuntimeException e) {
      // whatever it was: a watch that ends would see nothing any more
      log.atDebug()
          .addKeyValue("thread", thread.getName())
          .setCause(e)
          .log("definitions could not be read; trying again");
    }
  }

  /** Does not wait for a server that does not answer. */
  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
  }
}
