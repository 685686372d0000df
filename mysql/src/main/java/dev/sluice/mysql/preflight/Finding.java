package dev.sluice.mysql.preflight;

import java.util.Locale;
import java.util.Objects;

/**
 * What one check says about one object. Immutable.
 *
 * @param check the check's id
 * @param object a server ({@code keyspace/shard}), a table or a column
 * @param remedy what to do; empty for ok
 */
public record Finding(
    String check, Severity severity, String object, String message, String remedy) {

  /** Whether the move can begin. */
  public enum Severity {
    OK,
    WARN,
    REFUSE;

    /** The word used in JSON and by the command line. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Finding {
    Objects.requireNonNull(check, "check");
    Objects.requireNonNull(severity, "severity");
    Objects.requireNonNull(object, "object");
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(remedy, "remedy");
  }

  public static Finding ok(String check, String object, String message) {
    return new Finding(check, Severity.OK, object, message, "");
  }

  public static Finding warn(String check, String object, String message, String remedy) {
    return new Finding(check, Severity.WARN, object, message, remedy);
  }

  public static Finding refuse(String check, String object, String message, String remedy) {
    return new Finding(check, Severity.REFUSE, object, message, remedy);
  }
}
