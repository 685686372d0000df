package dev.sluice.mysql.gtid;

import java.util.Comparator;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What numbers a transaction: a server's UUID and, from 8.3 on, a tag ("" for none). Immutable.
 *
 * @param uuid lower case
 * @param tag lower case
 */
record GtidSource(String uuid, String tag) implements Comparable<GtidSource> {

  private static final Pattern UUID =
      Pattern.compile("[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}");
  private static final Pattern TAG = Pattern.compile("[a-z_][a-z0-9_]{0,31}");
  private static final Comparator<GtidSource> ORDER =
      Comparator.comparing(GtidSource::uuid).thenComparing(GtidSource::tag);

  GtidSource {
    Objects.requireNonNull(uuid, "uuid");
    Objects.requireNonNull(tag, "tag");
  }

  /** A UUID as MySQL prints it. */
  static String checkedUuid(String text) {
    String lower = text.trim().toLowerCase(Locale.ROOT);
    if (!UUID.matcher(lower).matches()) {
      throw new IllegalArgumentException("\"" + text + "\" is not a UUID");
    }
    if (lower.length() == 36) {
      return lower;
    }
    String hex = lower.replace("-", "");
    return hex.substring(0, 8)
        + "-"
        + hex.substring(8, 12)
        + "-"
        + hex.substring(12, 16)
        + "-"
        + hex.substring(16, 20)
        + "-"
        + hex.substring(20);
  }

  static boolean isTag(String lower) {
    return TAG.matcher(lower).matches();
  }

  @Override
  public int compareTo(GtidSource other) {
    return ORDER.compare(this, other);
  }
}
