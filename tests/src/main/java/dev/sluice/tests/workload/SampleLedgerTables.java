package dev.sluice.tests.workload;

import dev.sluice.tests.sample.SampleKeyspace;
import dev.sluice.tests.sample.SampleRows;
import dev.sluice.tests.sample.SampleSize;
import dev.sluice.tests.sample.TextColumn;
import java.util.List;
import java.util.SplittableRandom;

/** The sample's tables, as a ledger writes them. */
public final class SampleLedgerTables {

  private SampleLedgerTables() {}

  /** customer, corder and (not moved) product. */
  public static List<LedgerTable> all(SampleSize size) {
    return List.of(new Customer(), new Order(size.customers()), new Product());
  }

  /** customer and corder. */
  public static List<LedgerTable> moved(SampleSize size) {
    return List.of(new Customer(), new Order(size.customers()));
  }

  /** What the three tables have in common: an own key in column 0, and a version column. */
  private abstract static class SampleTable implements LedgerTable {

    private static final int NONE = -1;

    private final String name;
    private final List<TextColumn> columns;
    private final int versionColumn;

    SampleTable(String name, List<TextColumn> columns, int versionColumn) {
      this.name = name;
      this.columns = columns;
      this.versionColumn = versionColumn;
    }

    /** The key's text for a fresh id. */
    String key(long freshId) {
      return Long.toString(freshId);
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public List<TextColumn> columns() {
      return columns;
    }

    @Override
    public List<Integer> keyColumns() {
      return List.of(0);
    }

    @Override
    public int uniqueColumn() {
      return NONE;
    }

    @Override
    public int vindexColumn() {
      return NONE;
    }

    @Override
    public boolean moved() {
      return true;
    }

    @Override
    public String[] withKey(String[] row, long freshId, long version) {
      String[] changed = row.clone();
      changed[0] = key(freshId);
      changed[versionColumn] = Long.toString(version);
      return changed;
    }

    @Override
    public String newVindexValue(SplittableRandom random) {
      throw new IllegalStateException(name + " has no vindex column beside its key");
    }

    @Override
    public String freshUnique(long freshId) {
      throw new IllegalStateException(name + " has no secondary unique key");
    }
  }

  private static final class Customer extends SampleTable {
    Customer() {
      super("customer", SampleKeyspace.CUSTOMER, 10);
    }

    @Override
    public int uniqueColumn() {
      return 1;
    }

    @Override
    public String[] newRow(SplittableRandom random, long freshId, long version) {
      return SampleRows.customer(random, freshId, version);
    }

    @Override
    public String[] changedRow(SplittableRandom random, String[] row, long version) {
      String[] changed = SampleRows.customer(random, Long.parseLong(row[0]), version);
      changed[1] = row[1];
      return changed;
    }

    @Override
    public String freshUnique(long freshId) {
      return "fresh" + freshId + "@example.org";
    }
  }

  private static final class Order extends SampleTable {
    private final int customers;

    Order(int customers) {
      super("corder", SampleKeyspace.CORDER, 12);
      this.customers = customers;
    }

    @Override
    public int vindexColumn() {
      return 1;
    }

    @Override
    public String[] newRow(SplittableRandom random, long freshId, long version) {
      return SampleRows.order(random, freshId, 1 + random.nextInt(customers), version);
    }

    @Override
    public String[] changedRow(SplittableRandom random, String[] row, long version) {
      return SampleRows.order(random, Long.parseLong(row[0]), Long.parseLong(row[1]), version);
    }

    @Override
    public String newVindexValue(SplittableRandom random) {
      return Integer.toString(1 + random.nextInt(customers));
    }
  }

  private static final class Product extends SampleTable {
    Product() {
      super("product", SampleKeyspace.PRODUCT, 6);
    }

    @Override
    String key(long freshId) {
      return SampleRows.sku(freshId);
    }

    @Override
    public boolean moved() {
      return false;
    }

    @Override
    public String[] newRow(SplittableRandom random, long freshId, long version) {
      return new String[] {
        key(freshId),
        "lamp",
        "1.00",
        Integer.toString(random.nextInt(100)),
        null,
        "1",
        Long.toString(version)
      };
    }

    @Override
    public String[] changedRow(SplittableRandom random, String[] row, long version) {
      String[] changed = row.clone();
      changed[3] = Integer.toString(random.nextInt(100_000));
      changed[6] = Long.toString(version);
      return changed;
    }
  }
}
