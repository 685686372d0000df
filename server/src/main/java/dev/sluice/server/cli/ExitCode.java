package dev.sluice.server.cli;

/** Exit codes of the command line. */
public final class ExitCode {

  public static final int DONE = 0;
  public static final int FAILED = 1;
  public static final int USAGE = 2;

  /** Conflict, precondition or preflight. */
  public static final int REFUSED = 3;

  public static final int UNREACHABLE = 4;

  /** A VDiff found rows that differ, or that it could not compare. */
  public static final int ROWS_DIFFER = 5;

  private ExitCode() {}

  /** The exit code for an HTTP answer. */
  static int of(int status, String errorCode) {
    if (status < 400) {
      return DONE;
    }
    if ("noController".equals(errorCode)) {
      return UNREACHABLE;
    }
    return switch (status) {
      case 400 -> USAGE;
      case 409, 412, 422 -> REFUSED;
      default -> FAILED;
    };
  }
}
