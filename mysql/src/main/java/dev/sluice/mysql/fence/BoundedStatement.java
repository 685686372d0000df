package dev.sluice.mysql.fence;

import dev.sluice.mysql.sql.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A statement that waits for locks, and that is ended after milliseconds: the server's own limits
 * are whole seconds. Stateless.
 */
final class BoundedStatement {

  private static final int QUERY_INTERRUPTED = 1317;

  /** Called once, while the statement still waits, when its time is over. */
  interface Late {
    /** True when the statement shall go on waiting for as long again. */
    boolean waitOn() throws SQLException;
  }

  private BoundedStatement() {}

  /**
   * Runs it.
   *
   * @param sessions open; the statement runs on the changing one
   * @param limit after which {@code late} is asked, again and again while it says so
   * @return rows matched; -1 when it was ended, and so changed nothing
   */
  static int run(FenceSessions sessions, String sql, Duration limit, Late late)
      throws SQLException {
    Connection changer = sessions.changer();
    // should this process freeze meanwhile, the server ends the waiting by itself
    long backstop = Math.max(1, limit.toSeconds() + 2);
    Queries.update(changer, "SET SESSION innodb_lock_wait_timeout = " + backstop);
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                answer.complete(Queries.update(changer, sql));
              } catch (SQLException | RuntimeException e) {
                answer.completeExceptionally(e);
              }
            },
            "fence-statement");
    thread.setDaemon(true);
    thread.start();
    return await(sessions, answer, limit, late);
  }

  private static int await(
      FenceSessions sessions, CompletableFuture<Integer> answer, Duration limit, Late late)
      throws SQLException {
    boolean ended = false;
    boolean interrupted = false;
    long nanos = Math.max(1, limit.toNanos());
    try {
      while (true) {
        try {
          return ended ? answer.get() : answer.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
          ended = !late.waitOn();
        } catch (InterruptedException e) {
          interrupted = true;
          ended = true;
        } catch (ExecutionException e) {
          return outcome(e, ended);
        }
        if (ended) {
          Sessions.killQuery(sessions.watcher(), Long.toUnsignedString(sessions.changerId()));
        }
      }
    } catch (SQLException | RuntimeException e) {
      if (!answer.isDone()) {
        // nobody may use the connection while the statement is still under way on it
        sessions.abandon();
      }
      throw e;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static int outcome(ExecutionException error, boolean ended) throws SQLException {
    if (error.getCause() instanceof SQLException sqlError) {
      if (ended && sqlError.getErrorCode() == QUERY_INTERRUPTED) {
        return -1;
      }
      throw sqlError;
    }
    throw new IllegalStateException(error.getCause());
  }
}
