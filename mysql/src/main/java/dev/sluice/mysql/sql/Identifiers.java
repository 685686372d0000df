package dev.sluice.mysql.sql;

import java.util.Collection;
import java.util.StringJoiner;

/** Quoting of identifiers. Stateless. */
public final class Identifiers {

  private Identifiers() {}

  /**
   * The name in backticks, with backticks inside it doubled.
   *
   * @throws IllegalArgumentException when MySQL cannot have such a name: empty, or with a NUL
   */
  public static String quote(String name) {
    if (name.isEmpty() || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("not a MySQL identifier: empty, or with a NUL character");
    }
    return "`" + name.replace("`", "``") + "`";
  }

  /** {@code `schema`.`name`}. */
  public static String qualified(String schema, String name) {
    return quote(schema) + "." + quote(name);
  }

  /** The names quoted, joined by {@code ", "}. */
  public static String list(Collection<String> names) {
    StringJoiner joiner = new StringJoiner(", ");
    names.forEach(name -> joiner.add(quote(name)));
    return joiner.toString();
  }
}
