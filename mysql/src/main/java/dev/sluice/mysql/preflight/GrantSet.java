package dev.sluice.mysql.preflight;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The privileges of an account, from SHOW GRANTS. Immutable.
 *
 * <p>Column privileges do not count; a privilege on one table counts only for that table and is
 * left out, so an account with table grants alone is told to take a schema grant. Partial revokes
 * are not looked at.
 */
public final class GrantSet {

  private static final Pattern LINE =
      Pattern.compile(
          "GRANT (.+?) ON (?:(\\*)|`((?:[^`]|``)+)`)\\.(\\*|`(?:[^`]|``)+`) TO .*", Pattern.DOTALL);

  private record Grant(Pattern schema, Set<String> privileges) {}

  private final List<Grant> grants = new ArrayList<>();

  /**
   * Reads the server's list.
   *
   * @param lines of SHOW GRANTS
   */
  public static GrantSet parse(Collection<String> lines) {
    GrantSet set = new GrantSet();
    lines.forEach(set::read);
    return set;
  }

  /** The wanted privileges that are not given on all of the server. */
  public Set<String> missingGlobally(Collection<String> wanted) {
    return missing(wanted, grants.stream().filter(grant -> grant.schema() == null).toList());
  }

  /** The wanted privileges that are given neither on all of the server nor on the schema. */
  public Set<String> missingOn(String schema, Collection<String> wanted) {
    return missing(
        wanted,
        grants.stream()
            .filter(grant -> grant.schema() == null || grant.schema().matcher(schema).matches())
            .toList());
  }

  private static Set<String> missing(Collection<String> wanted, List<Grant> applying) {
    Set<String> given =
        applying.stream().flatMap(grant -> grant.privileges().stream()).collect(Collectors.toSet());
    Set<String> missing = new TreeSet<>(wanted);
    missing.removeIf(privilege -> given.contains(privilege) || given.contains("ALL PRIVILEGES"));
    return missing;
  }

  private void read(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches() || !matcher.group(4).equals("*")) {
      return;
    }
    Pattern schema =
        matcher.group(2) != null ? null : schemaPattern(matcher.group(3).replace("``", "`"));
    Set<String> privileges =
        Arrays.stream(matcher.group(1).split(","))
            .map(privilege -> privilege.trim().toUpperCase(Locale.ROOT))
            .collect(Collectors.toSet());
    grants.add(new Grant(schema, privileges));
  }

  /** In a grant, {@code _} and {@code %} stand for any character and any text unless escaped. */
  private static Pattern schemaPattern(String name) {
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
