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

  private record Customer() implements LedgerTable {
    @Override
    public String name() {
      return "customer";
    }

    @Override
    public List<TextColumn> columns() {
      return SampleKeyspace.CUSTOMER;
    }

    @Override
    public List<Integer> keyColumns() {
      return List.of(0);
    }

    @Override
    public int uniqueColumn() {
      return 1;
    }

    @Override
    public int vindexColumn() {
      return -1;
    }

    @Override
    public boolean moved() {
      return true;
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
    public String[] withKey(String[] row, long freshId, long version) {
      String[] changed = row.clone();
      changed[0] = Long.toString(freshId);
      changed[10] = Long.toString(version);
      return changed;
    }

    @Override
    public String newVindexValue(SplittableRandom random) {
      throw new IllegalStateException("the vindex column of customer is its key");
    }

    @Override
    public String freshUnique(long freshId) {
      return "fresh" + freshId + "@example.org";
    }
  }

  private record Order(int customers) implements LedgerTable {
    @Override
    public String name() {
      return "corder";
    }

    @Override
    public List<TextColumn> columns() {
      return SampleKeyspace.CORDER;
    }

    @Override
    public List<Integer> keyColumns() {
      return List.of(0);
    }

    @Override
    public int uniqueColumn() {
      return -1;
    }

    @Override
    public int vindexColumn() {
      return 1;
    }

    @Override
    public boolean moved() {
      return true;
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
    public String[] withKey(String[] row, long freshId, long version) {
      String[] changed = row.clone();
      changed[0] = Long.toString(freshId);
      changed[12] = Long.toString(version);
      return changed;
    }

    @Override
    public String newVindexValue(SplittableRandom random) {
      return Integer.toString(1 + random.nextInt(customers));
    }

    @Override
    public String freshUnique(long freshId) {
      throw new IllegalStateException("corder has no secondary unique key");
    }
  }

  private record Product() implements LedgerTable {
    @Override
    public String name() {
      return "product";
    }

    @Override
    public List<TextColumn> columns() {
      return SampleKeyspace.PRODUCT;
    }

    @Override
    public List<Integer> keyColumns() {
      return List.of(0);
    }

    @Override
    public int uniqueColumn() {
      return -1;
    }

    @Override
    public int vindexColumn() {
      return -1;
    }

    @Override
    public boolean moved() {
      return false;
    }

    @Override
    public String[] newRow(SplittableRandom random, long freshId, long version) {
      return new String[] {
        SampleRows.sku(freshId),
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

    @Override
    public String[] withKey(String[] row, long freshId, long version) {
      String[] changed = row.clone();
      changed[0] = SampleRows.sku(freshId);
      changed[6] = Long.toString(version);
      return changed;
    }

    @Override
    public String newVindexValue(SplittableRandom random) {
      throw new IllegalStateException("product has no vindex");
    }

    @Override
    public String freshUnique(long freshId) {
      throw new IllegalStateException("product has no secondary unique key");
    }
  }
}
