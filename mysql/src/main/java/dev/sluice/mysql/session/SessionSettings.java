package dev.sluice.mysql.session;

import java.util.ArrayList;
import java.util.List;

/** The SET statements that each connection begins with. */
final class SessionSettings {

  /**
   * One mode for all: strict, 0 stays 0 in AUTO_INCREMENT columns, CHAR values unpadded, backslash
   * escapes and double quotes as MySQL has them by default, zero dates allowed where the source has
   * them.
   */
  static final String SQL_MODE = "STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO";

  private SessionSettings() {}

  static List<String> statements(SessionProfile profile) {
    List<String> statements = new ArrayList<>();
    // SESSION TRANSACTION is understood by every version; the variable behind it was renamed in
    // 8.0.
    statements.add(
        "SET SESSION TRANSACTION ISOLATION LEVEL " + profile.isolation() + ", READ WRITE");
    statements.add("SET " + String.join(", ", variables(profile)));
    return statements;
  }

  private static List<String> variables(SessionProfile profile) {
    List<String> variables = new ArrayList<>();
    variables.add("sql_mode = '" + SQL_MODE + "'");
    variables.add("time_zone = '+00:00'");
    variables.add("wait_timeout = " + profile.waitTimeout().toSeconds());
    variables.add("net_read_timeout = " + profile.netTimeout().toSeconds());
    variables.add("net_write_timeout = " + profile.netTimeout().toSeconds());
    variables.add("lock_wait_timeout = " + profile.lockWaitTimeoutSeconds());
    variables.add("innodb_lock_wait_timeout = " + profile.rowLockWaitTimeoutSeconds());
    // Server-wide defaults that would cut or change results without a word.
    variables.add("max_execution_time = 0");
    variables.add("sql_select_limit = 18446744073709551615");
    variables.add("sql_big_selects = 1");
    // refuses statements without a key; gives IS NULL another meaning
    variables.add("sql_safe_updates = 0");
    variables.add("sql_auto_is_null = 0");
    variables.add(
        // from 8.0.30 on a server may hide primary keys that it has made itself
        "sql_quote_show_create = 1 /*!80030 , show_gipk_in_create_table_and_information_schema = 1 */");
    variables.add("completion_type = 0");
    variables.add("group_concat_max_len = 1048576");
    variables.add("unique_checks = 1");
    variables.add("foreign_key_checks = " + (profile == SessionProfile.APPLIER ? "0" : "1"));
    if (profile == SessionProfile.APPLIER) {
      // Triggers of the fence let these sessions pass.
      variables.add("@sluice_applier = 1");
    }
    return variables;
  }
}
