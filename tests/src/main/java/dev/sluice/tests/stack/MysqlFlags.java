package dev.sluice.tests.stack;

import java.util.List;

/** The options every MySQL server of the stack runs with. */
final class MysqlFlags {
  private MysqlFlags() {}

  /** What a server needs to run under the superuser's account. */
  static List<String> account() {
    return "root".equals(System.getProperty("user.name")) ? List.of("--user=root") : List.of();
  }

  /**
   * A server that can be a source and a target, with full durability. Options that a version does
   * not know are marked loose, so that it goes without them.
   */
  static List<String> common() {
    return List.of(
        "--bind-address=127.0.0.1",
        "--skip-name-resolve",
        "--loose-mysqlx=OFF",
        "--secure-file-priv=",
        "--log-error-verbosity=2",
        "--default-time-zone=+00:00",
        "--character-set-server=utf8mb4",
        "--max-connections=300",
        "--local-infile=ON",
        "--gtid-mode=ON",
        "--enforce-gtid-consistency=ON",
        "--log-bin=binlog",
        "--loose-binlog-format=ROW",
        "--binlog-row-image=FULL",
        "--sync-binlog=1",
        "--innodb-flush-log-at-trx-commit=1",
        "--log-bin-trust-function-creators=1",
        "--innodb-buffer-pool-size=256M",
        "--loose-innodb-redo-log-capacity=512M",
        "--loose-replica-parallel-workers=4",
        "--loose-replica-preserve-commit-order=ON",
        "--table-open-cache=800",
        "--performance-schema=ON",
        "--performance-schema-digests-size=1000",
        "--performance-schema-events-statements-history-long-size=200",
        "--performance-schema-max-table-instances=2000");
  }
}
