package dev.sluice.tests.simulation;

import java.util.ArrayList;
import java.util.List;

/** A Kafka transaction: open, then decided, then marked partition by partition. Not thread-safe. */
final class FakeTransaction {

  private final List<FakeLog> unmarked = new ArrayList<>();
  private boolean decided;
  private boolean aborted;

  void touched(FakeLog log) {
    unmarked.add(log);
  }

  void decide(boolean commit) {
    decided = true;
    aborted = !commit;
  }

  boolean decided() {
    return decided;
  }

  boolean aborted() {
    return aborted;
  }

  /** True when every partition has its mark. */
  boolean complete() {
    return decided && unmarked.isEmpty();
  }

  /** One partition gets its mark: not in the order in which they were written. */
  void markOne(Chance chance) {
    if (!unmarked.isEmpty()) {
      unmarked.remove(chance.below(unmarked.size())).mark(this);
    }
  }

  void markAll(Chance chance) {
    while (!unmarked.isEmpty()) {
      markOne(chance);
    }
  }
}
