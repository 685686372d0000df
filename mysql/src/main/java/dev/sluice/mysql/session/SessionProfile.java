package dev.sluice.mysql.session;

import java.time.Duration;

/** What a connection is for; decides its timeouts and session settings. */
public enum SessionProfile {
  /**
   * Row copy and other long reads: REPEATABLE READ, and a net_write_timeout long enough to stream
   * rows as slowly as the reader takes them.
   */
  READER(
      "REPEATABLE READ", Duration.ofHours(1), Duration.ofMinutes(10), Duration.ofHours(1), 10, 10),

  /**
   * Applying changes: READ COMMITTED, foreign keys unchecked, {@code @sluice_applier = 1}. Short
   * wait and net timeouts, so that a frozen applier loses its connection, and with it its row
   * locks, within 15 seconds.
   */
  APPLIER(
      "READ COMMITTED",
      Duration.ofSeconds(15),
      Duration.ofMinutes(2),
      Duration.ofSeconds(15),
      10,
      10),

  /** Short statements of any part. */
  CONTROL(
      "READ COMMITTED", Duration.ofMinutes(10), Duration.ofMinutes(1), Duration.ofMinutes(1), 5, 5),

  /**
   * Statements that may run for hours: index builds, digests. No socket timeout; TCP keep-alive
   * only.
   */
  LONG_RUNNING(
      "READ COMMITTED", Duration.ofHours(1), Duration.ZERO, Duration.ofMinutes(10), 10, 10);

  private final String isolation;
  private final Duration waitTimeout;
  private final Duration socketTimeout;
  private final Duration netTimeout;
  private final int lockWaitTimeoutSeconds;
  private final int rowLockWaitTimeoutSeconds;

  SessionProfile(
      String isolation,
      Duration waitTimeout,
      Duration socketTimeout,
      Duration netTimeout,
      int lockWaitTimeoutSeconds,
      int rowLockWaitTimeoutSeconds) {
    this.isolation = isolation;
    this.waitTimeout = waitTimeout;
    this.socketTimeout = socketTimeout;
    this.netTimeout = netTimeout;
    this.lockWaitTimeoutSeconds = lockWaitTimeoutSeconds;
    this.rowLockWaitTimeoutSeconds = rowLockWaitTimeoutSeconds;
  }

  String isolation() {
    return isolation;
  }

  /** How long the server keeps an idle connection of this kind. */
  public Duration waitTimeout() {
    return waitTimeout;
  }

  /**
   * How long a read from the socket may take before the driver gives the connection up; zero is for
   * ever.
   */
  public Duration socketTimeout() {
    return socketTimeout;
  }

  Duration netTimeout() {
    return netTimeout;
  }

  int lockWaitTimeoutSeconds() {
    return lockWaitTimeoutSeconds;
  }

  int rowLockWaitTimeoutSeconds() {
    return rowLockWaitTimeoutSeconds;
  }
}
