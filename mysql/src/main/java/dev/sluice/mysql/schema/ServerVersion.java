package dev.sluice.mysql.schema;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server's version. Immutable.
 *
 * @param text as the server says it
 */
public record ServerVersion(int major, int minor, int patch, String text)
    implements Comparable<ServerVersion> {

  private static final Pattern NUMBERS =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})(?:\\.(\\d{1,3}))?.*");

  /**
   * Reads {@code @@version}, such as {@code 8.0.36-28} or {@code 9.7.4-log}.
   *
   * @throws IllegalArgumentException when it does not begin with a version number
   */
  public static ServerVersion parse(String text) {
    Matcher matcher = NUMBERS.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("\"" + text + "\" is not a MySQL version");
    }
    int patch = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
    return new ServerVersion(
        Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)), patch, text);
  }

  public boolean atLeast(int otherMajor, int otherMinor, int otherPatch) {
    return compareTo(new ServerVersion(otherMajor, otherMinor, otherPatch, "")) >= 0;
  }

  public boolean mariaDb() {
    return text.toLowerCase(Locale.ROOT).contains("mariadb");
  }

  /** By number; the text does not count, so this order is not consistent with equals. */
  @Override
  public int compareTo(ServerVersion other) {
    int byMajor = Integer.compare(major, other.major);
    int byMinor = byMajor != 0 ? byMajor : Integer.compare(minor, other.minor);
    return byMinor != 0 ? byMinor : Integer.compare(patch, other.patch);
  }

  @Override
  public String toString() {
    return text;
  }
}
