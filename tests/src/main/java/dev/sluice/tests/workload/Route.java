package dev.sluice.tests.workload;

import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.routing.RoutingRule;
import dev.sluice.schemas.routing.RoutingRulesFollower;
import dev.sluice.schemas.routing.RoutingTable;
import dev.sluice.schemas.routing.TabletType;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Which keyspace takes the writes of a table now, as the routing rules say. Thread-safe. */
public final class Route implements AutoCloseable {

  private static final Duration FIRST = Duration.ofSeconds(30);

  private final RoutingRulesFollower follower;
  private final String table;
  private final Object changed = new Object();

  /** Follows the rules; knows them when this returns. */
  public Route(KafkaSettings kafka, String table) throws InterruptedException {
    this.table = table;
    this.follower = new RoutingRulesFollower(kafka);
    follower.addListener(this::changed);
    follower.start();
    follower.awaitEnd(FIRST);
  }

  private void changed(RoutingTable now) {
    synchronized (changed) {
      changed.notifyAll();
    }
  }

  /** The rule for writes; empty before the workflow was created. */
  public Optional<RoutingRule> rule() {
    return follower.table().rule(table, TabletType.PRIMARY);
  }

  /**
   * The keyspace that takes writes.
   *
   * @param before the rules are known: where the table has been all the time
   * @return null while the rule says hold
   */
  String keyspace(String before) {
    RoutingRule rule = rule().orElse(null);
    if (rule == null) {
      return before;
    }
    return rule.state() == RoutingRule.State.OPEN ? rule.toKeyspace() : null;
  }

  /** Waits for the next change of the rules, at most this long. */
  void awaitChange(long millis) throws InterruptedException {
    synchronized (changed) {
      TimeUnit.MILLISECONDS.timedWait(changed, millis);
    }
  }

  @Override
  public void close() {
    follower.close();
  }
}
