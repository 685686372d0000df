package dev.sluice.mysql.preflight.check;

import static dev.sluice.mysql.preflight.Finding.Severity.OK;
import static dev.sluice.mysql.preflight.Finding.Severity.REFUSE;
import static dev.sluice.mysql.preflight.Finding.Severity.WARN;

import dev.sluice.mysql.preflight.PreflightCheck;
import java.util.List;
import java.util.Set;

/** The checks that look at one variable, as data. Targets are sources of the reverse direction. */
public final class VariableChecks {

  private static final Set<String> ON = Set.of("ON", "1");

  private VariableChecks() {}

  public static List<PreflightCheck> all() {
    return List.of(
        new VariableCheck(
            "log_bin",
            ON,
            false,
            REFUSE,
            REFUSE,
            REFUSE,
            "start the server with log_bin: changes are read from its binary log"),
        new VariableCheck(
            "gtid_mode",
            ON,
            false,
            REFUSE,
            REFUSE,
            REFUSE,
            "turn GTIDs on step by step: enforce_gtid_consistency=ON, then gtid_mode=OFF_PERMISSIVE, ON_PERMISSIVE, ON"),
        new VariableCheck(
            "binlog_format",
            Set.of("ROW"),
            true,
            REFUSE,
            REFUSE,
            REFUSE,
            "SET GLOBAL binlog_format = ROW"),
        new VariableCheck(
            "binlog_row_image",
            Set.of("FULL"),
            true,
            REFUSE,
            REFUSE,
            REFUSE,
            "SET GLOBAL binlog_row_image = FULL"),
        new VariableCheck(
            "binlog_row_value_options",
            Set.of(""),
            true,
            REFUSE,
            REFUSE,
            REFUSE,
            "SET GLOBAL binlog_row_value_options = ''"),
        new VariableCheck(
            "binlog_transaction_compression",
            Set.of("OFF", "0"),
            true,
            REFUSE,
            REFUSE,
            REFUSE,
            "SET GLOBAL binlog_transaction_compression = OFF: rows of a compressed transaction have no position of their"
                + " own, by which a doubled delivery is noticed"),
        new VariableCheck(
            "binlog_order_commits",
            ON,
            true,
            REFUSE,
            REFUSE,
            REFUSE,
            "SET GLOBAL binlog_order_commits = ON: else a snapshot can lack what stands before it in the binary log, and a"
                + " VDiff would count it as different"),
        new VariableCheck(
            "performance_schema",
            ON,
            false,
            REFUSE,
            OK,
            REFUSE,
            "start the server with performance_schema=ON: a switch finds there which sessions stand in its way, and who"
                + " holds on to what was denied"),
        new VariableCheck(
            "sync_binlog",
            Set.of("1"),
            false,
            REFUSE,
            WARN,
            WARN,
            "SET GLOBAL sync_binlog = 1: after a power cut the server could forget changes that were already sent on"),
        new VariableCheck(
            "innodb_flush_log_at_trx_commit",
            Set.of("1"),
            false,
            REFUSE,
            WARN,
            WARN,
            "SET GLOBAL innodb_flush_log_at_trx_commit = 1: after a power cut the server could forget changes that were"
                + " already sent on"),
        new ReadOnlyCheck(),
        new VariableCheck(
            "local_infile",
            ON,
            false,
            OK,
            OK,
            WARN,
            "SET GLOBAL local_infile = ON on the target; without it rows are written by slower statements"));
  }
}
