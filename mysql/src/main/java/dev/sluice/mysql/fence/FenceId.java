package dev.sluice.mysql.fence;

/**
 * Tells fences apart. Immutable.
 *
 * @param workflowUuid of the workflow
 * @param shard name of the shard, {@code -80}
 */
public record FenceId(String workflowUuid, FenceSide side, String shard) {

  /** What the key, and the workflow, of a row that only holds a controller's epoch end in. */
  static final String CONTROLLER = "/controller";

  /** Key of the row that triggers read: {@code <uuid>/source/-80}. */
  public String gate() {
    return workflowUuid + "/" + side.word() + "/" + shard;
  }

  /**
   * Key of the row that holds the highest controller epoch known here. It is apart from the gate,
   * since running writers hold a lock on that one, and a takeover shall wait for nobody.
   */
  public String controller() {
    return gate() + CONTROLLER;
  }

  /** True for the key of a row that only holds a controller's epoch. */
  public static boolean isController(String rowId) {
    return rowId.endsWith(CONTROLLER);
  }

  @Override
  public String toString() {
    return gate();
  }
}
