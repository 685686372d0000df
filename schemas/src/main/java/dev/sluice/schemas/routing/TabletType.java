package dev.sluice.schemas.routing;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What kind of server a query is for. */
public enum TabletType {
  /** Takes writes. */
  PRIMARY,
  REPLICA,
  RDONLY;

  /** Those that only read. */
  public static Set<TabletType> reads() {
    return EnumSet.of(REPLICA, RDONLY);
  }

  /** {@code primary}, {@code replica} or {@code rdonly}. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The type of that word.
   *
   * @throws IllegalArgumentException when there is none
   */
  @JsonCreator
  public static TabletType of(String word) {
    for (TabletType type : values()) {
      if (type.word().equals(word)) {
        return type;
      }
    }
    throw new IllegalArgumentException(
        "\"" + word + "\" is no tablet type: use primary, replica or rdonly");
  }
}
