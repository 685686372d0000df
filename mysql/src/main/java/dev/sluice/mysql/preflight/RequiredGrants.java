package dev.sluice.mysql.preflight;

import dev.sluice.mysql.schema.ServerVersion;
import dev.sluice.mysql.sql.Identifiers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The privileges of Sluice's account, in one place: preflight asks for them, the local stack gives
 * exactly them, and the operating documents show them. Stateless.
 *
 * <p>A source and a target need the same, since traffic can go back; what differs is when.
 */
public final class RequiredGrants {

  /** What cannot be done without a privilege. */
  public enum Purpose {
    MOVE("moving rows needs"),
    SWITCH("switching traffic will need"),
    WATCH("seeing dangers and what stays behind needs");

    private final String text;

    Purpose(String text) {
      this.text = text;
    }

    /** {@code moving rows needs}, to follow "privileges that". */
    public String text() {
      return text;
    }
  }

  /** On what a privilege is given. */
  public enum Level {
    SERVER,
    PERFORMANCE_SCHEMA,
    SCHEMA_GRANTS,
    TABLE_GRANTS,
    SIDECAR,
    /** The schema that tables are moved from or to; a grant on each moved table will do as well. */
    SCHEMA
  }

  /** One privilege, as SHOW GRANTS names it. */
  public record Need(Level level, String privilege, Purpose purpose) {}

  private static final ServerVersion DYNAMIC = new ServerVersion(8, 0, 0, "");
  private static final ServerVersion SHOW_ROUTINE = new ServerVersion(8, 0, 20, "");

  private RequiredGrants() {}

  /** What an account needs on a server of that side, in the order of the statements. */
  public static List<Need> of(Side side, ServerVersion version) {
    List<Need> needs = new ArrayList<>();
    boolean source = side != Side.TARGET;
    // the stream reads the binary log, whose place SHOW BINARY LOG STATUS tells
    Purpose stream = source ? Purpose.MOVE : Purpose.SWITCH;
    add(needs, Level.SERVER, stream, "REPLICATION SLAVE", "REPLICATION CLIENT");
    if (side == Side.REPLICA) {
      add(needs, Level.PERFORMANCE_SCHEMA, Purpose.WATCH, "SELECT");
      add(needs, Level.SIDECAR, Purpose.MOVE, "SELECT");
      add(needs, Level.SCHEMA, Purpose.MOVE, "SELECT");
      return needs;
    }
    // open transactions are looked at, and sessions ended that hold the fence's row
    add(needs, Level.SERVER, Purpose.SWITCH, "PROCESS");
    if (version.compareTo(DYNAMIC) >= 0) {
      add(needs, Level.SERVER, Purpose.SWITCH, "CONNECTION_ADMIN");
    }
    if (source && version.compareTo(SHOW_ROUTINE) >= 0) {
      add(needs, Level.SERVER, Purpose.WATCH, "SHOW_ROUTINE");
    }
    // sessions with statement format, XA transactions
    add(needs, Level.PERFORMANCE_SCHEMA, source ? Purpose.WATCH : Purpose.SWITCH, "SELECT");
    if (source) {
      // other accounts' grants, which a move of tables leaves behind
      add(needs, Level.SCHEMA_GRANTS, Purpose.WATCH, "SELECT");
      add(needs, Level.TABLE_GRANTS, Purpose.WATCH, "SELECT");
    }
    add(needs, Level.SIDECAR, Purpose.MOVE, "SELECT", "INSERT", "UPDATE", "DELETE", "CREATE");
    add(needs, Level.SCHEMA, Purpose.MOVE, "SELECT");
    Purpose write = source ? Purpose.SWITCH : Purpose.MOVE;
    add(needs, Level.SCHEMA, write, "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "ALTER");
    add(needs, Level.SCHEMA, write, "INDEX");
    // without it an account does not even see which triggers there are
    add(needs, Level.SCHEMA, Purpose.MOVE, "TRIGGER");
    if (source) {
      add(needs, Level.SCHEMA, Purpose.WATCH, "EVENT");
    }
    return needs;
  }

  private static void add(List<Need> needs, Level level, Purpose purpose, String... privileges) {
    for (String privilege : privileges) {
      needs.add(new Need(level, privilege, purpose));
    }
  }

  /**
   * The exact GRANT statements of an account.
   *
   * @param account quoted, {@code 'sluice'@'%'}
   * @param schema where tables are moved from or to
   * @param literal true on a server with {@code partial_revokes}, where names are no patterns
   */
  public static List<String> statements(
      Side side,
      ServerVersion version,
      String account,
      String schema,
      String sidecar,
      boolean literal) {
    Map<Level, List<String>> byLevel = new LinkedHashMap<>();
    for (Need need : of(side, version)) {
      byLevel.computeIfAbsent(need.level(), level -> new ArrayList<>()).add(need.privilege());
    }
    List<String> statements = new ArrayList<>();
    byLevel.forEach(
        (level, privileges) ->
            statements.add(
                statement(privileges, object(level, schema, sidecar, literal), account)));
    return List.copyOf(statements);
  }

  /** One statement. */
  static String statement(Iterable<String> privileges, String object, String account) {
    return "GRANT " + String.join(", ", privileges) + " ON " + object + " TO " + account;
  }

  /** What stands after ON. */
  static String object(Level level, String schema, String sidecar, boolean literal) {
    return switch (level) {
      case SERVER -> "*.*";
      case PERFORMANCE_SCHEMA -> "`performance_schema`.*";
      case SCHEMA_GRANTS -> "`mysql`.`db`";
      case TABLE_GRANTS -> "`mysql`.`tables_priv`";
      case SIDECAR -> schemaObject(sidecar, literal);
      case SCHEMA -> schemaObject(schema, literal);
    };
  }

  /** Unescaped, an underscore in a grant stands for any character. */
  private static String schemaObject(String schema, boolean literal) {
    String name =
        literal ? schema : schema.replace("\\", "\\\\").replace("_", "\\_").replace("%", "\\%");
    return Identifiers.quote(name) + ".*";
  }
}
