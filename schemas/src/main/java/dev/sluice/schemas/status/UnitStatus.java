package dev.sluice.schemas.status;

import java.time.Instant;

/** What streams and appliers have in common in what they say of themselves. Immutable. */
public sealed interface UnitStatus permits StreamStatus, ApplierStatus {

  /**
   * The part that a supervisor can say in the unit's place.
   *
   * @param lagSeconds null for what was said last
   */
  record Condition(
      String state,
      String stage,
      Instant stageSince,
      UnitError error,
      Instant retryingSince,
      Instant at,
      Double lagSeconds) {

    double lagOr(double said) {
      return lagSeconds == null ? said : lagSeconds;
    }
  }

  String direction();

  /** Name of the shard read or written. */
  String shard();

  String state();

  String stage();

  Instant stageSince();

  double lagSeconds();

  UnitError error();

  Instant retryingSince();

  Instant at();

  /** What of it matters: a change of this is published at once. */
  Object mark();

  /** The same unit in another condition, the rest as it was last said. */
  UnitStatus in(Condition condition);
}
