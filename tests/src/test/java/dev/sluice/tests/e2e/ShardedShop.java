package dev.sluice.tests.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.keyspace.KeyRanges;
import dev.sluice.schemas.vindex.Sha256Vindex;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An application on a sharded keyspace: items placed by their tenant, with an id and a code that
 * are unique over all shards. Items change, change their tenant, and so their shard (deleted and
 * inserted in either order), and hand their codes on, within a shard and over shards. What was
 * acknowledged is kept, to be compared with both sides. One thread writes.
 */
final class ShardedShop implements AutoCloseable {

  static final String ITEM =
      "CREATE TABLE item (id BIGINT NOT NULL PRIMARY KEY, tenant INT NOT NULL, code VARCHAR(20) NULL,"
          + " qty INT NOT NULL, note VARCHAR(100) NULL, UNIQUE KEY by_code (code), KEY by_qty (qty))";

  static final String LINE =
      "CREATE TABLE line (tenant INT NOT NULL, n INT NOT NULL, qty INT NOT NULL, PRIMARY KEY (tenant, n))";

  private static final int TENANTS = 40;
  private static final int PACE_MILLIS = 3;

  private static final class Item {
    private final long id;
    private int tenant;
    private String code;
    private int qty;

    private Item(long id, int tenant) {
      this.id = id;
      this.tenant = tenant;
    }

    private String values() {
      return "("
          + id
          + ","
          + tenant
          + ","
          + (code == null ? "NULL" : "'" + code + "'")
          + ","
          + qty
          + ",'it''s "
          + qty
          + "')";
    }

    @Override
    public String toString() {
      return id + "|" + tenant + "|" + code + "|" + qty + "|it's " + qty;
    }
  }

  private final List<Keyspaces.Place> shards;
  private final KeyRanges ranges;
  private final Random random;
  private final Sha256Vindex vindex = new Sha256Vindex();
  private final List<Connection> connections = new ArrayList<>();
  private final TreeMap<Long, Item> items = new TreeMap<>();
  private final TreeMap<String, Integer> lines = new TreeMap<>();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicLong transactions = new AtomicLong();
  private final AtomicLong crossings = new AtomicLong();
  private volatile Throwable failure;
  private Thread thread;
  private long ids;

  ShardedShop(List<Keyspaces.Place> shards, long seed) throws SQLException {
    this.shards = shards;
    this.ranges = KeyRanges.of(shards.stream().map(Keyspaces.Place::keyRange).toList());
    this.random = new Random(seed);
    for (Keyspaces.Place place : shards) {
      Connection connection = place.toCompare().connections().openUtc();
      connections.add(connection);
      run(connection, ITEM);
      run(connection, LINE);
    }
  }

  /** Rows that are there before anything else. */
  void fill(int rows) throws SQLException {
    for (int i = 0; i < rows; i++) {
      Item item = fresh();
      items.put(item.id, item);
    }
    for (int shard = 0; shard < shards.size(); shard++) {
      StringBuilder values = new StringBuilder();
      for (Item item : items.values()) {
        if (shardOf(item.tenant) == shard) {
          values.append(values.length() == 0 ? "" : ",").append(item.values());
        }
      }
      run(connections.get(shard), "INSERT INTO item VALUES " + values);
    }
  }

  ShardedShop start() {
    thread = new Thread(this::write, "sharded shop");
    thread.start();
    return this;
  }

  long transactions() {
    if (failure != null) {
      throw new AssertionError("the application failed", failure);
    }
    return transactions.get();
  }

  /** How many items and codes went from shard to shard. */
  long crossings() {
    return crossings.get();
  }

  /** Ends the writer; what follows are the rows that must be there. */
  void stop() throws InterruptedException {
    stopped.set(true);
    thread.join();
    transactions();
  }

  /** Compares a keyspace with everything that was acknowledged. */
  void isWhatWasAcknowledged(ShardedMove move, String keyspace) throws SQLException {
    List<String> expectedLines = new ArrayList<>();
    lines.forEach((key, qty) -> expectedLines.add(key + "|" + qty));
    assertThat(move.rows(keyspace, "SELECT id, tenant, code, qty, note FROM item"))
        .as(keyspace)
        .containsExactlyInAnyOrderElementsOf(items.values().stream().map(Item::toString).toList());
    assertThat(move.rows(keyspace, "SELECT tenant, n, qty FROM line"))
        .as(keyspace)
        .containsExactlyInAnyOrderElementsOf(expectedLines);
  }

  private void write() {
    try {
      while (!stopped.get()) {
        switch (random.nextInt(8)) {
          case 0, 1 -> withinAShard();
          case 2, 3 -> itemToAnotherTenant();
          case 4 -> codeToAnotherItem();
          case 5 -> line();
          case 6 -> delete();
          default -> insert();
        }
        transactions.incrementAndGet();
        Thread.sleep(random.nextInt(2 * PACE_MILLIS));
      }
    } catch (SQLException | RuntimeException | InterruptedException e) {
      failure = e;
    }
  }

  private void insert() throws SQLException {
    Item item = fresh();
    run(on(item.tenant), "INSERT INTO item VALUES " + item.values());
    items.put(item.id, item);
  }

  private void delete() throws SQLException {
    Item item = any();
    run(on(item.tenant), "DELETE FROM item WHERE id = " + item.id);
    items.remove(item.id);
  }

  /** Several changes in one transaction, which is rolled back at times. */
  private void withinAShard() throws SQLException {
    int shard = shardOf(any().tenant);
    Connection connection = connections.get(shard);
    List<Item> some = new ArrayList<>();
    for (int i = random.nextInt(10); i >= 0; i--) {
      Item item = any();
      if (shardOf(item.tenant) == shard && !some.contains(item)) {
        some.add(item);
      }
    }
    connection.setAutoCommit(false);
    for (Item item : some) {
      run(
          connection,
          "UPDATE item SET qty = qty + 1, note = CONCAT('it''s ', qty) WHERE id = " + item.id);
    }
    if (random.nextInt(6) == 0) {
      connection.rollback();
    } else {
      connection.commit();
      some.forEach(item -> item.qty++);
    }
    connection.setAutoCommit(true);
  }

  private void itemToAnotherTenant() throws SQLException {
    Item item = any();
    int from = item.tenant;
    int to = 1 + random.nextInt(TENANTS);
    if (shardOf(from) == shardOf(to)) {
      run(on(to), "UPDATE item SET tenant = " + to + " WHERE id = " + item.id);
      item.tenant = to;
      return;
    }
    crossings.incrementAndGet();
    item.tenant = to;
    item.qty++;
    String delete = "DELETE FROM item WHERE id = " + item.id;
    String insert = "INSERT INTO item VALUES " + item.values();
    if (random.nextBoolean()) {
      run(on(from), delete);
      run(on(to), insert);
    } else {
      run(on(to), insert);
      run(on(from), delete);
    }
  }

  private void codeToAnotherItem() throws SQLException {
    Item giver = any();
    Item taker = any();
    if (giver == taker || giver.code == null) {
      return;
    }
    crossings.addAndGet(shardOf(giver.tenant) == shardOf(taker.tenant) ? 0 : 1);
    run(on(giver.tenant), "UPDATE item SET code = NULL WHERE id = " + giver.id);
    run(on(taker.tenant), "UPDATE item SET code = '" + giver.code + "' WHERE id = " + taker.id);
    taker.code = giver.code;
    giver.code = null;
  }

  private void line() throws SQLException {
    int tenant = 1 + random.nextInt(TENANTS);
    int n = random.nextInt(20);
    String key = tenant + "|" + n;
    if (lines.containsKey(key) && random.nextInt(3) == 0) {
      run(on(tenant), "DELETE FROM line WHERE tenant = " + tenant + " AND n = " + n);
      lines.remove(key);
      return;
    }
    int qty = random.nextInt(1000);
    run(
        on(tenant),
        "REPLACE INTO line (tenant, n, qty) VALUES (" + tenant + "," + n + "," + qty + ")");
    lines.put(key, qty);
  }

  private Item fresh() {
    Item item = new Item(++ids, 1 + random.nextInt(TENANTS));
    item.code = random.nextInt(3) == 0 ? null : "code" + ids;
    return item;
  }

  private Item any() {
    Long key = items.ceilingKey((long) (random.nextDouble() * ids));
    return key == null ? items.firstEntry().getValue() : items.get(key);
  }

  private Connection on(int tenant) {
    return connections.get(shardOf(tenant));
  }

  private int shardOf(int tenant) {
    return ranges.indexOf(
        vindex.keyspaceId(Integer.toString(tenant).getBytes(StandardCharsets.US_ASCII)));
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException, InterruptedException {
    stopped.set(true);
    if (thread != null) {
      thread.join();
    }
    for (Connection connection : connections) {
      connection.close();
    }
  }
}
