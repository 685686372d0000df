package dev.sluice.schemas.routing;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;

/**
 * Which keyspace serves a table for a tablet type. Immutable; the value of a record of {@code
 * sluice.routing-rules}, whose key is {@link #key()}.
 *
 * @param fromTable {@code customer}, or qualified {@code commerce.customer}
 * @param holdUntil only with HOLD: when routers stop waiting and go on, or fail; else null
 * @param rulesEpoch rises with each change of the rules
 * @param rulesInEpoch how many records that change consists of
 * @param workflow null when no open workflow owns the rule
 */
public record RoutingRule(
    String fromTable,
    TabletType tabletType,
    String toKeyspace,
    State state,
    Instant holdUntil,
    long rulesEpoch,
    int rulesInEpoch,
    String workflow) {

  /** Whether queries go on now. */
  public enum State {
    OPEN,
    /** About to change: queries wait. */
    HOLD;

    /** {@code open} or {@code hold}. */
    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    @JsonCreator
    static State of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  /** Key of a rule's record. */
  public static String key(String fromTable, TabletType type) {
    return fromTable + "@" + type.word();
  }

  /** The same rule, owned by no workflow. */
  public RoutingRule ofNobody() {
    return new RoutingRule(
        fromTable, tabletType, toKeyspace, state, holdUntil, rulesEpoch, rulesInEpoch, null);
  }

  @JsonIgnore
  public String key() {
    return key(fromTable, tabletType);
  }
}
