package dev.sluice.mysql.preflight;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The privileges of an account, from SHOW GRANTS. Immutable.
 *
 * <p>Privileges on some columns only do not count. Partial revokes take privileges away again.
 */
public final class GrantSet {

  private static final Pattern GRANT =
      Pattern.compile("GRANT (.+?) ON (?:TABLE )?(\\S.*?) TO .*", Pattern.DOTALL);
  private static final Pattern REVOKE =
      Pattern.compile("REVOKE (.+?) ON (\\S.*?) FROM .*", Pattern.DOTALL);
  private static final Pattern OBJECT =
      Pattern.compile("(?:(\\*)|`((?:[^`]|``)+)`)\\.(?:(\\*)|`((?:[^`]|``)+)`)", Pattern.DOTALL);
  private static final String ALL = "ALL PRIVILEGES";

  /** Where privileges hold: everywhere, on schemas of a pattern, or on one table. */
  private record Scope(Pattern schema, String table) {

    boolean covers(String schemaName) {
      return schema == null || schema.matcher(schemaName).matches();
    }
  }

  private record Grant(Scope scope, Set<String> privileges) {}

  private final List<Grant> grants = new ArrayList<>();
  private final List<Grant> revokes = new ArrayList<>();
  private final boolean literal;

  private GrantSet(boolean literal) {
    this.literal = literal;
  }

  /** As {@link #parse(Collection, boolean)}, with patterns. */
  public static GrantSet parse(Collection<String> lines) {
    return parse(lines, false);
  }

  /**
   * Reads the server's list.
   *
   * @param lines of SHOW GRANTS
   * @param literal true when a schema's name in a grant is no pattern: {@code partial_revokes} is
   *     on
   */
  public static GrantSet parse(Collection<String> lines, boolean literal) {
    GrantSet set = new GrantSet(literal);
    lines.forEach(set::read);
    return set;
  }

  /** The wanted privileges that are not given on all of the server. */
  public Set<String> missingGlobally(Collection<String> wanted) {
    Set<String> missing = new TreeSet<>(wanted);
    grants.stream()
        .filter(grant -> grant.scope().schema() == null)
        .forEach(grant -> take(missing, grant));
    return missing;
  }

  /** The wanted privileges that are given neither on all of the server nor on the schema. */
  public Set<String> missingOn(String schema, Collection<String> wanted) {
    Set<String> missing = new TreeSet<>(wanted);
    for (Grant grant : grants) {
      if (grant.scope().table() == null && grant.scope().covers(schema)) {
        take(missing, grant.scope().schema() == null ? withoutRevoked(grant, schema) : grant);
      }
    }
    return missing;
  }

  /** As {@link #missingOn(String, Collection)}, where grants on the table itself count too. */
  public Set<String> missingOn(String schema, String table, Collection<String> wanted) {
    Set<String> missing = missingOn(schema, wanted);
    grants.stream()
        .filter(grant -> table.equals(grant.scope().table()) && grant.scope().covers(schema))
        .forEach(grant -> take(missing, grant));
    return missing;
  }

  /** True when the account has privileges on single tables of the schema. */
  public boolean hasTableGrants(String schema) {
    return grants.stream()
        .anyMatch(grant -> grant.scope().table() != null && grant.scope().covers(schema));
  }

  private static void take(Set<String> missing, Grant grant) {
    missing.removeIf(
        privilege -> grant.privileges().contains(privilege) || grant.privileges().contains(ALL));
  }

  /** Only what all of the server gives can be taken away from one schema. */
  private Grant withoutRevoked(Grant grant, String schema) {
    Set<String> left = new HashSet<>(grant.privileges());
    revokes.stream()
        .filter(revoke -> revoke.scope().covers(schema))
        .forEach(revoke -> left.removeAll(revoke.privileges()));
    return new Grant(grant.scope(), left);
  }

  private void read(String line) {
    Matcher grant = GRANT.matcher(line);
    if (grant.matches()) {
      add(grants, grant.group(2), grant.group(1), literal);
      return;
    }
    Matcher revoke = REVOKE.matcher(line);
    if (revoke.matches()) {
      add(revokes, revoke.group(2), revoke.group(1), true);
    }
  }

  /** Objects that are neither a schema nor a table (a proxy, a routine) are left out. */
  private static void add(List<Grant> list, String object, String privileges, boolean literalName) {
    Matcher matcher = OBJECT.matcher(object);
    if (!matcher.matches()) {
      return;
    }
    String table = matcher.group(4) == null ? null : unquoted(matcher.group(4));
    Pattern schema = null;
    if (matcher.group(1) == null) {
      // in a grant on a table the schema's name is no pattern
      String name = unquoted(matcher.group(2));
      boolean plain = literalName || table != null;
      schema = plain ? Pattern.compile(Pattern.quote(name)) : schemaPattern(name);
    }
    list.add(new Grant(new Scope(schema, table), privileges(privileges)));
  }

  /** Splits at commas outside of parentheses, which name columns. */
  private static Set<String> privileges(String text) {
    Set<String> privileges = new HashSet<>();
    int depth = 0;
    StringBuilder current = new StringBuilder();
    for (char c : (text + ",").toCharArray()) {
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ',' && depth == 0) {
        privileges.add(current.toString().trim().toUpperCase(Locale.ROOT));
        current.setLength(0);
      } else {
        current.append(c);
      }
    }
    return privileges;
  }

  private static String unquoted(String name) {
    return name.replace("``", "`");
  }

  /** In a grant, {@code _} and {@code %} stand for any character and any text unless escaped. */
  static Pattern schemaPattern(String name) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '\\' && i + 1 < name.length()) {
        i++;
        regex.append(Pattern.quote(String.valueOf(name.charAt(i))));
      } else if (c == '_') {
        regex.append('.');
      } else if (c == '%') {
        regex.append(".*");
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }
}
