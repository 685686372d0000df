package dev.sluice.tests.stack;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The accounts of a stack's MySQL servers, with passwords made for this stack.
 *
 * @param password of the account with the least privileges
 * @param adminPassword of the account with all privileges
 */
record MysqlAccounts(String password, String adminPassword) {
  static final String USER = "sluice";
  static final String ADMIN_USER = "sluice_admin";
  private static final String SIDECAR = "_sluice";

  static MysqlAccounts generate() {
    SecureRandom random = new SecureRandom();
    return new MysqlAccounts(password(random), password(random));
  }

  private static String password(SecureRandom random) {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /**
   * What a server runs at its first start, one statement a line: the accounts and the schema,
   * outside the binary log, so that a source and its replica each make their own.
   *
   * @param ownSchema the schema to create
   * @param movedSchemas schemas that tables are moved between; those that begin with such a name
   *     and an underscore belong to the least-privileged account as well
   */
  List<String> firstStatements(String ownSchema, List<String> movedSchemas) {
    List<String> sql = new ArrayList<>();
    sql.add("SET SESSION sql_log_bin = 0");
    sql.add("CREATE USER '" + ADMIN_USER + "'@'%' IDENTIFIED BY '" + adminPassword + "'");
    sql.add("GRANT ALL ON *.* TO '" + ADMIN_USER + "'@'%' WITH GRANT OPTION");
    sql.add("CREATE USER '" + USER + "'@'%' IDENTIFIED BY '" + password + "'");
    sql.add(
        "GRANT REPLICATION SLAVE, REPLICATION CLIENT, PROCESS, CONNECTION_ADMIN ON *.* TO '"
            + USER
            + "'@'%'");
    sql.add("GRANT SELECT ON performance_schema.* TO '" + USER + "'@'%'");
    sql.add(grantSchema(SIDECAR));
    for (String schema : movedSchemas) {
      sql.add(grantSchema(schema));
      sql.add(grantSchema(schema + "_%"));
    }
    sql.add("CREATE SCHEMA IF NOT EXISTS `" + ownSchema + "`");
    sql.add("DROP USER 'root'@'localhost'");
    return sql;
  }

  /** In a GRANT an underscore in a schema's name stands for any character unless it is escaped. */
  private static String grantSchema(String pattern) {
    return "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, TRIGGER, REFERENCES ON `"
        + pattern.replace("_", "\\_")
        + "`.* TO '"
        + USER
        + "'@'%'";
  }
}
