package dev.sluice.vdiff.touched;

import dev.sluice.schemas.workflow.Direction;
import java.util.List;
import java.util.Map;

/**
 * Which chunks were touched up to where; record of {@code <workflow>.vdiff.results}. Immutable.
 *
 * @param direction the one whose read side had the traffic
 * @param tables by name
 * @param positions what of each partition is to be read next, by {@code topic/partition}
 */
public record TouchedState(
    String uuid, Direction direction, Map<String, Table> tables, Map<String, Long> positions) {

  /**
   * One table.
   *
   * @param order of its key
   * @param chunks numbers of those touched
   * @param beyond true when keys were touched behind the last chunk handed out
   */
  public record Table(KeyOrder order, List<Integer> chunks, boolean beyond) {

    public Table {
      chunks = List.copyOf(chunks);
    }
  }

  private static final String WORD = "\u0000\u0000touched";

  public TouchedState {
    tables = Map.copyOf(tables);
    positions = Map.copyOf(positions);
  }

  /** The record's key. */
  public static String keyOf(String uuid) {
    return uuid + WORD;
  }

  public static boolean is(String key) {
    return key.endsWith(WORD);
  }
}
