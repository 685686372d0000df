package dev.sluice.mysql.preflight.check;

import dev.sluice.mysql.preflight.Finding;
import dev.sluice.mysql.preflight.PreflightCheck;
import dev.sluice.mysql.preflight.PreflightContext;
import dev.sluice.mysql.preflight.ServerFacts;
import dev.sluice.mysql.schema.ServerVariables;
import dev.sluice.mysql.schema.TableDescription;
import java.time.Duration;
import java.util.List;

/** Binary logs must outlive the copy, and an interruption besides. */
public final class BinlogRetentionCheck implements PreflightCheck {

  /** A slow copy: what a disk of the cloud and a busy network still do. */
  private static final long BYTES_PER_SECOND = 10_000_000;

  private static final Duration COMFORTABLE = Duration.ofDays(1);

  @Override
  public String id() {
    return "binlog_retention";
  }

  @Override
  public List<Finding> run(PreflightContext context) {
    // what counts is the server whose binary log is read
    List<ServerFacts> read = context.replicas().isEmpty() ? context.sources() : context.replicas();
    return read.stream().map(this::finding).toList();
  }

  private Finding finding(ServerFacts server) {
    Duration kept = kept(server.variables());
    if (kept.isZero()) {
      return Finding.ok(id(), server.label(), "binary logs are kept until somebody purges them");
    }
    long bytes = server.tables().values().stream().mapToLong(TableDescription::dataBytes).sum();
    Duration copy = Duration.ofSeconds(bytes / BYTES_PER_SECOND);
    String message = "binary logs are kept for " + kept + ", the copy may take " + copy;
    String remedy =
        "SET GLOBAL binlog_expire_logs_seconds = " + Math.max(604_800, 3 * copy.toSeconds());
    if (kept.compareTo(copy) <= 0) {
      return Finding.refuse(id(), server.label(), message, remedy);
    }
    boolean tight = kept.compareTo(copy.multipliedBy(3)) < 0 || kept.compareTo(COMFORTABLE) < 0;
    return tight
        ? Finding.warn(id(), server.label(), message, remedy)
        : Finding.ok(id(), server.label(), message);
  }

  /** How long a server with these variables keeps its binary logs; zero stands for ever. */
  public static Duration kept(ServerVariables variables) {
    if (variables
        .get("binlog_expire_logs_auto_purge")
        .filter("OFF"::equalsIgnoreCase)
        .isPresent()) {
      return Duration.ZERO;
    }
    long seconds = variables.get("binlog_expire_logs_seconds").map(Long::parseLong).orElse(0L);
    long days = variables.get("expire_logs_days").map(Long::parseLong).orElse(0L);
    return seconds > 0 ? Duration.ofSeconds(seconds) : Duration.ofDays(days);
  }
}
