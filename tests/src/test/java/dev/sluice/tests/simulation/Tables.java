package dev.sluice.tests.simulation;

import dev.sluice.schemas.keyspace.KeyRanges;
import dev.sluice.schemas.table.ColumnSchema;
import dev.sluice.schemas.table.TableSchema;
import dev.sluice.schemas.table.TableSchema.UniqueKey;
import dev.sluice.schemas.table.ValueKind;
import dev.sluice.schemas.vindex.Sha256Vindex;
import dev.sluice.schemas.vindex.VindexSpec;
import dev.sluice.schemas.workflow.MovePlan;
import dev.sluice.schemas.workflow.TablePlan;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The two tables that are moved, and where their rows belong. {@code account} has a one-column key
 * and two secondary unique keys; {@code entry} has a two-column key that holds its vindex. In both,
 * {@code owner} places a row on the target and {@code home} on the source. Immutable.
 */
final class Tables {

  static final int ACCOUNT = 0;
  static final int ENTRY = 1;
  static final int COUNT = 2;

  /** Places of account's columns. */
  static final int ID = 0;

  static final int CODE = 1;
  static final int BADGE = 2;

  /**
   * From here on ids of account are those of rows that only echoes of the opposite direction touch,
   * which the targets need not follow; from {@link #FOREIGN_IDS} on those of somebody else's rows.
   */
  static final long ECHO_IDS = 500;

  static final long FOREIGN_IDS = 1_000;

  /** Owners and homes are numbered from 1 up to these. */
  static final int OWNERS = 8;

  static final int HOMES = 8;

  private static final int[] OWNER = {3, 0};
  private static final int[] HOME = {4, 2};
  private static final int[] VERSION = {5, 3};
  private static final int ENTRY_NUMBER = 1;

  private static final List<List<String>> SHARDS =
      List.of(List.of("-"), List.of("-80", "80-"), List.of("-40", "40-80", "80-"));

  private static final Tables[][] MADE = new Tables[SHARDS.size()][SHARDS.size()];

  static {
    for (int sources = 1; sources <= SHARDS.size(); sources++) {
      for (int targets = 1; targets <= SHARDS.size(); targets++) {
        MADE[sources - 1][targets - 1] = new Tables(sources, targets);
      }
    }
  }

  final int sources;
  final int targets;
  final MovePlan plan;
  private final int[] sourceOfHome;
  private final int[] targetOfOwner;

  private Tables(int sources, int targets) {
    this.sources = sources;
    this.targets = targets;
    List<String> sourceShards = SHARDS.get(sources - 1);
    List<String> targetShards = SHARDS.get(targets - 1);
    plan = new MovePlan(sourceShards, targetShards, List.of(plan(account()), plan(entry())));
    sourceOfHome = shards(sourceShards, HOMES);
    targetOfOwner = shards(targetShards, OWNERS);
  }

  static Tables of(int sources, int targets) {
    return MADE[sources - 1][targets - 1];
  }

  private static TableSchema account() {
    return new TableSchema(
        "account",
        List.of(
            column("id", false),
            column("code", true),
            column("badge", true),
            column("owner", false),
            column("home", false),
            column("version", false)),
        List.of("id"),
        List.of(new UniqueKey("code", List.of("code")), new UniqueKey("badge", List.of("badge"))));
  }

  private static TableSchema entry() {
    return new TableSchema(
        "entry",
        List.of(
            column("owner", false),
            column("number", false),
            column("home", false),
            column("version", false)),
        List.of("owner", "number"),
        List.of());
  }

  private static ColumnSchema column(String name, boolean nullable) {
    return new ColumnSchema(
        name,
        "bigint",
        "bigint",
        ValueKind.INTEGER,
        0,
        0,
        nullable,
        false,
        null,
        null,
        false,
        false);
  }

  private static TablePlan plan(TableSchema schema) {
    return new TablePlan(
        schema,
        new VindexSpec("home", VindexSpec.SHA256),
        new VindexSpec("owner", VindexSpec.SHA256),
        "",
        "",
        List.of(),
        true,
        0);
  }

  /** Computed apart from the product's placement, so that the two can disagree. */
  private static int[] shards(List<String> names, int values) {
    KeyRanges ranges = KeyRanges.of(names);
    Sha256Vindex vindex = new Sha256Vindex();
    int[] result = new int[values + 1];
    for (int value = 1; value <= values; value++) {
      byte[] text = Integer.toString(value).getBytes(StandardCharsets.US_ASCII);
      result[value] = ranges.indexOf(vindex.keyspaceId(text));
    }
    return result;
  }

  static Object[] accountRow(long id, Long code, Long badge, long owner, long home, long version) {
    return new Object[] {id, code, badge, owner, home, version};
  }

  static Object[] entryRow(long owner, long number, long home, long version) {
    return new Object[] {owner, number, home, version};
  }

  static Key key(int table, Object[] row) {
    return table == ACCOUNT
        ? new Key((Long) row[ID], 0)
        : new Key((Long) row[OWNER[ENTRY]], (Long) row[ENTRY_NUMBER]);
  }

  /** A row that only echoes touch. */
  static boolean echoed(int table, Object[] row) {
    return table == ACCOUNT && (Long) row[ID] >= ECHO_IDS && (Long) row[ID] < FOREIGN_IDS;
  }

  static long version(int table, Object[] row) {
    return (Long) row[VERSION[table]];
  }

  /** A copy of the row with another value in one column and a new version. */
  static Object[] with(int table, Object[] row, int column, Object value, long version) {
    Object[] copy = row.clone();
    copy[column] = value;
    copy[VERSION[table]] = version;
    return copy;
  }

  static int ownerColumn(int table) {
    return OWNER[table];
  }

  static int homeColumn(int table) {
    return HOME[table];
  }

  int sourceOf(int table, Object[] row) {
    return sourceOfHome(((Long) row[HOME[table]]).intValue());
  }

  int sourceOfHome(int home) {
    return sourceOfHome[home];
  }

  int targetOf(int table, Object[] row) {
    return targetOfOwner[((Long) row[OWNER[table]]).intValue()];
  }

  /** A home that lies on the source shard. */
  long homeOn(int source, Chance chance) {
    int home = chance.between(1, HOMES);
    while (sourceOfHome[home] != source) {
      home = home % HOMES + 1;
    }
    return home;
  }

  int partition(int source, int target) {
    return source * targets + target;
  }

  int partitions() {
    return sources * targets;
  }
}
