package dev.sluice.tests.stack;

/** Statements that make a server follow another one by GTID. */
final class MysqlReplication {
  private MysqlReplication() {}

  /**
   * To be run on the replica.
   *
   * @param version of the replica; before 8.0.23 the words were others
   * @param source whose administrator's account is used
   * @param host the source's address as the replica sees it
   * @param port the source's port as the replica sees it
   */
  static String[] statements(String version, MysqlServer source, String host, int port) {
    boolean oldWords = version.matches("8\\.0\\.(\\d|1\\d|2[0-2])(\\D.*)?");
    String word = oldWords ? "MASTER" : "SOURCE";
    String change =
        (oldWords ? "CHANGE MASTER TO " : "CHANGE REPLICATION SOURCE TO ")
            + String.join(
                ", ",
                word + "_HOST = '" + host + "'",
                word + "_PORT = " + port,
                word + "_USER = '" + source.adminUser() + "'",
                word + "_PASSWORD = '" + source.adminPassword() + "'",
                word + "_AUTO_POSITION = 1",
                word + "_CONNECT_RETRY = 1",
                word + "_RETRY_COUNT = 86400",
                "GET_" + word + "_PUBLIC_KEY = 1");
    return new String[] {change, oldWords ? "START SLAVE" : "START REPLICA"};
  }
}
