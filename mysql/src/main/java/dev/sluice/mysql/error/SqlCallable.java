package dev.sluice.mysql.error;

import java.sql.SQLException;

/** Work on MySQL that answers something. */
@FunctionalInterface
public interface SqlCallable<T> {
  T call() throws SQLException;
}
