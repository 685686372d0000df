package dev.sluice.controller.preflight;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * What one check found out about one object.
 *
 * @param check the check's id
 * @param object what was looked at: a YAML path, a server, a table, a topic
 * @param remedy what to do; empty when all is well
 */
public record Finding(
    String check, Severity severity, String object, String message, String remedy) {

  /** Whether the move can begin. */
  public enum Severity {
    OK,
    WARN,
    REFUSE;

    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    @JsonCreator
    public static Severity of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
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

  public boolean warns() {
    return severity == Severity.WARN;
  }

  public boolean refuses() {
    return severity == Severity.REFUSE;
  }
}
