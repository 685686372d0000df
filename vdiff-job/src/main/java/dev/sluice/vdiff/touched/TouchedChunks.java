package dev.sluice.vdiff.touched;

import dev.sluice.schemas.workflow.Direction;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Which chunks of one VDiff were touched since its moment: marks are set by whoever follows the
 * streams, and asked for by whoever compares. Thread-safe. Its memory grows with the number of
 * chunks, by some hundred bytes each.
 */
public final class TouchedChunks {

  private final String uuid;
  private final Direction direction;
  private final Map<String, TouchedTable> tables = new HashMap<>();
  private final Map<String, Long> positions = new HashMap<>();
  private long changes;

  /**
   * No chunk has been handed out yet.
   *
   * @param direction the one whose read side has the traffic
   * @param orders of the keys, by table
   */
  public TouchedChunks(String uuid, Direction direction, Map<String, KeyOrder> orders) {
    this.uuid = uuid;
    this.direction = direction;
    orders.forEach((name, order) -> tables.put(name, new TouchedTable(order)));
  }

  /**
   * Goes on from what was written.
   *
   * @param bounds of the chunks of each table, in order; a null at the table's end
   */
  public static TouchedChunks of(TouchedState state, Map<String, List<List<String>>> bounds) {
    Map<String, KeyOrder> orders = new HashMap<>();
    state.tables().forEach((name, table) -> orders.put(name, table.order()));
    TouchedChunks chunks = new TouchedChunks(state.uuid(), state.direction(), orders);
    bounds.forEach((name, all) -> all.forEach(upTo -> chunks.add(name, upTo)));
    state
        .tables()
        .forEach(
            (name, table) -> {
              BitSet marked = new BitSet();
              table.chunks().forEach(marked::set);
              chunks.tables.get(name).mark(marked, table.beyond());
            });
    chunks.positions.putAll(state.positions());
    return chunks;
  }

  public String uuid() {
    return uuid;
  }

  public Direction direction() {
    return direction;
  }

  /** The next chunk of a table has been handed out; a null bound is the table's end. */
  public synchronized void add(String table, List<String> upTo) {
    tables.get(table).add(upTo);
    changes++;
  }

  /** Tables whose changes are to be followed. */
  synchronized List<String> tables() {
    return List.copyOf(tables.keySet());
  }

  synchronized boolean saturated(String table) {
    return tables.get(table).saturated();
  }

  /** A row has changed; a key that cannot be understood marks the whole table. */
  synchronized void touch(String table, List<String> names, Object[] values) {
    TouchedTable touched = tables.get(table);
    changes++;
    if (touched.order().known()) {
      try {
        touched.touch(touched.order().ofValues(names, values));
        return;
      } catch (IllegalArgumentException e) {
        // columns of the key have changed: the table's DDL marks it whole, too
      }
    }
    touched.touchAll();
  }

  synchronized void touchAll(String table) {
    tables.get(table).touchAll();
    changes++;
  }

  /** Nothing is known of any chunk of any table. */
  public synchronized void touchAll() {
    tables.values().forEach(TouchedTable::touchAll);
    changes++;
  }

  synchronized void passed(TopicPartition partition, long next) {
    Long before = positions.put(partition.topic() + "/" + partition.partition(), next);
    if (before == null || before != next) {
      changes++;
    }
  }

  /** What is to be read next of a partition; null when nobody has read it yet. */
  synchronized Long position(TopicPartition partition) {
    return positions.get(partition.topic() + "/" + partition.partition());
  }

  /**
   * What is touched from now on stays marked when {@link #endGeneration} forgets what was touched
   * before. Call it before the moment in which touched chunks are to be compared again.
   */
  public synchronized void beginGeneration() {
    tables.values().forEach(TouchedTable::beginGeneration);
    changes++;
  }

  /** Numbers of the chunks of a table that are marked. */
  public synchronized BitSet touched(String table) {
    return tables.get(table).touched();
  }

  /**
   * The chunks that were touched are compared again in a moment after {@link #beginGeneration}.
   *
   * @param kept by table: so many chunks keep their number; those behind are handed out anew
   */
  public synchronized void endGeneration(Map<String, Integer> kept) {
    kept.forEach((name, count) -> tables.get(name).endGeneration(count));
    changes++;
  }

  /** Rises with every change of {@link #state}. */
  public synchronized long changes() {
    return changes;
  }

  /** What is to be written. */
  public synchronized TouchedState state() {
    Map<String, TouchedState.Table> all = new HashMap<>();
    tables.forEach(
        (name, table) ->
            all.put(
                name,
                new TouchedState.Table(
                    table.order(), table.touched().stream().boxed().toList(), table.beyond())));
    return new TouchedState(uuid, direction, all, positions);
  }
}
