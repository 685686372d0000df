package dev.sluice.tests.sample;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongFunction;

/**
 * The sample keyspace {@code commerce}: customers with a unique email address, their orders, and
 * products. Made from a seed. Thread-safe.
 */
public final class SampleKeyspace {

  /** Columns of customer, in order; its vindex column is the key. */
  public static final List<TextColumn> CUSTOMER =
      TextColumn.list(
          "customer_id",
          "email",
          "full_name",
          "tier",
          "credit",
          "birthday",
          "preferences:json",
          "notes",
          "created_at",
          "changed_at",
          "version");

  /** Columns of corder, in order; its vindex column is customer_id. */
  public static final List<TextColumn> CORDER =
      TextColumn.list(
          "order_id",
          "customer_id",
          "sku",
          "quantity",
          "price",
          "state",
          "flags",
          "remark",
          "receipt:binary",
          "ordered_at",
          "shipped_at",
          "weight",
          "version");

  /** Columns of product, in order; it has no vindex. */
  public static final List<TextColumn> PRODUCT =
      TextColumn.list("sku", "name", "price", "stock", "details:json", "active", "version");

  private static final int ROWS_A_STATEMENT = 1_000;
  private static final int ROWS_A_TRANSACTION = 10_000;
  private static final int LOADER_THREADS = 3;

  private final SampleSize size;
  private final SampleRows rows;

  public SampleKeyspace(SampleSize size) {
    this.size = size;
    this.rows = new SampleRows(size);
  }

  public SampleSize size() {
    return size;
  }

  /** CREATE TABLE statements of the three tables. */
  public static List<String> createTables() {
    return List.of(
        """
        CREATE TABLE customer (
          customer_id BIGINT NOT NULL,
          email VARCHAR(120) NOT NULL,
          full_name VARCHAR(80) NOT NULL,
          tier ENUM('basic','silver','gold') NOT NULL DEFAULT 'basic',
          credit DECIMAL(12,2) NULL DEFAULT '0.00',
          birthday DATE NULL,
          preferences JSON NULL,
          notes TEXT NULL,
          created_at DATETIME(6) NOT NULL,
          changed_at TIMESTAMP(3) NULL DEFAULT NULL,
          version BIGINT NOT NULL DEFAULT 0,
          PRIMARY KEY (customer_id),
          UNIQUE KEY email (email),
          KEY by_name (full_name)
        ) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_0900_ai_ci""",
        """
        CREATE TABLE corder (
          order_id BIGINT NOT NULL AUTO_INCREMENT,
          customer_id BIGINT NOT NULL,
          sku VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
          quantity INT UNSIGNED NOT NULL,
          price DECIMAL(10,2) NOT NULL,
          state ENUM('new','paid','shipped','returned') NOT NULL DEFAULT 'new',
          flags SET('gift','express','fragile') NOT NULL DEFAULT '',
          remark VARCHAR(200) NULL DEFAULT 'none',
          receipt VARBINARY(32) NULL,
          ordered_at DATETIME(6) NOT NULL,
          shipped_at TIMESTAMP NULL DEFAULT NULL,
          weight DOUBLE NULL,
          version BIGINT NOT NULL DEFAULT 0,
          PRIMARY KEY (order_id),
          KEY by_customer (customer_id),
          KEY by_time (ordered_at)
        ) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_0900_ai_ci""",
        """
        CREATE TABLE product (
          sku VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
          name VARCHAR(100) NOT NULL,
          price DECIMAL(10,2) NOT NULL,
          stock INT NOT NULL,
          details JSON NULL,
          active TINYINT(1) NOT NULL DEFAULT 1,
          version BIGINT NOT NULL DEFAULT 0,
          PRIMARY KEY (sku)
        ) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_0900_ai_ci""");
  }

  /**
   * Creates the tables, which must not exist, and fills them over several connections.
   *
   * @return rows written
   */
  public long load(ConnectionSource server) throws SQLException, InterruptedException {
    try (Connection connection = server.openUtc();
        Statement statement = connection.createStatement()) {
      for (String ddl : createTables()) {
        statement.execute(ddl);
      }
    }
    List<Callable<Void>> parts = new ArrayList<>();
    parts.add(() -> fill(server, "product", PRODUCT, rows::product, 1, size.products()));
    addParts(parts, server, "customer", CUSTOMER, rows::customer, size.customers());
    addParts(parts, server, "corder", CORDER, rows::order, size.orders());
    runAll(parts);
    analyze(server);
    return (long) size.products() + size.customers() + size.orders();
  }

  private static void addParts(
      List<Callable<Void>> parts,
      ConnectionSource server,
      String table,
      List<TextColumn> columns,
      LongFunction<String[]> row,
      int count) {
    for (long first = 1; first <= count; first += ROWS_A_TRANSACTION) {
      long from = first;
      long to = Math.min(count, first + ROWS_A_TRANSACTION - 1);
      parts.add(() -> fill(server, table, columns, row, from, to));
    }
  }

  private static void runAll(List<Callable<Void>> parts) throws SQLException, InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(LOADER_THREADS);
    try {
      for (Future<Void> done : threads.invokeAll(parts)) {
        done.get();
      }
    } catch (ExecutionException e) {
      throw new SQLException(
          "the sample cannot be loaded: " + e.getCause().getMessage(), e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private static Void fill(
      ConnectionSource server,
      String table,
      List<TextColumn> columns,
      LongFunction<String[]> row,
      long first,
      long last)
      throws SQLException {
    try (Connection connection = server.openUtc()) {
      connection.setAutoCommit(false);
      for (long from = first; from <= last; from += ROWS_A_STATEMENT) {
        int count = (int) Math.min(ROWS_A_STATEMENT, last - from + 1);
        try (PreparedStatement insert =
            connection.prepareStatement(TextColumn.insert(table, columns, count))) {
          int parameter = 1;
          for (int i = 0; i < count; i++) {
            for (String value : row.apply(from + i)) {
              insert.setString(parameter++, value);
            }
          }
          insert.executeUpdate();
        }
      }
      connection.commit();
    }
    return null;
  }

  /** Statistics make estimates of rows honest from the first second on. */
  private static void analyze(ConnectionSource server) throws SQLException {
    try (Connection connection = server.openUtc();
        Statement statement = connection.createStatement()) {
      statement.execute("ANALYZE NO_WRITE_TO_BINLOG TABLE customer, corder, product");
    }
  }
}
