package dev.sluice.tests.stack;

import dev.sluice.mysql.preflight.RequiredGrants;
import dev.sluice.mysql.preflight.Side;
import dev.sluice.mysql.schema.ServerVersion;
import dev.sluice.mysql.sidecar.Sidecar;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The accounts of a stack's MySQL servers, with passwords made for this stack.
 *
 * @param password of the account with the least privileges
 * @param adminPassword of the account with all privileges
 */
record MysqlAccounts(String password, String adminPassword) {
  static final String USER = "sluice";
  static final String ADMIN_USER = "sluice_admin";

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
   * @param version the server's, such as {@code 9.7.4}
   * @param ownSchema the schema to create
   * @param movedSchemas schemas that tables are moved between; those that begin with such a name
   *     and an underscore belong to the least-privileged account as well
   */
  List<String> firstStatements(String version, String ownSchema, List<String> movedSchemas) {
    List<String> sql = new ArrayList<>();
    sql.add("SET SESSION sql_log_bin = 0");
    sql.add("CREATE USER '" + ADMIN_USER + "'@'%' IDENTIFIED BY '" + adminPassword + "'");
    sql.add("GRANT ALL ON *.* TO '" + ADMIN_USER + "'@'%' WITH GRANT OPTION");
    sql.add("CREATE USER '" + USER + "'@'%' IDENTIFIED BY '" + password + "'");
    sql.addAll(grants(version, movedSchemas));
    sql.add("CREATE SCHEMA IF NOT EXISTS `" + ownSchema + "`");
    sql.add("DROP USER 'root'@'localhost'");
    return sql;
  }

  /** What Sluice's account has: exactly what preflight asks for, on each schema. */
  static List<String> grants(String version, List<String> movedSchemas) {
    Set<String> grants = new LinkedHashSet<>();
    for (String schema : movedSchemas) {
      for (String statement : required(version, schema)) {
        grants.add(statement);
        grants.add(statement.replace("`" + escaped(schema) + "`", "`" + escaped(schema) + "\\_%`"));
      }
    }
    return List.copyOf(grants);
  }

  /** Every server of a stack can be a source and a target, so it takes what a source takes. */
  private static List<String> required(String version, String schema) {
    return RequiredGrants.statements(
        Side.SOURCE,
        ServerVersion.parse(version),
        "'" + USER + "'@'%'",
        schema,
        Sidecar.DEFAULT_SCHEMA,
        false);
  }

  /** In a GRANT an underscore in a schema's name stands for any character unless it is escaped. */
  private static String escaped(String schema) {
    return schema.replace("_", "\\_");
  }
}
