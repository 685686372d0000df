package dev.sluice.capture.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DdlTextTest {

  private final DdlText customer = new DdlText("commerce", "customer");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RENAME TABLE customer TO former",
        "rename table a TO b, `commerce` . `customer` to c",
        "RENAME TABLE new TO customer",
        "/* by a tool */ ALTER TABLE commerce.customer RENAME TO x",
        "ALTER TABLE `customer` ADD COLUMN c INT",
        "CREATE INDEX e ON customer (email)",
        "CREATE UNIQUE INDEX e USING BTREE ON `customer`(email)",
        "DROP INDEX `e` ON commerce.customer",
        "TRUNCATE customer",
        "DROP TABLE IF EXISTS a,customer"
      })
  void concerns(String statement) {
    assertThat(customer.concernedBy(statement)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE customers ADD COLUMN c INT",
        "ALTER TABLE other ADD FOREIGN KEY (c) REFERENCES customer (id)",
        "CREATE TABLE other LIKE customer",
        "CREATE INDEX customer ON other (email)",
        "RENAME TABLE customer_old TO old",
        "CREATE TABLE customer2 (id INT)"
      })
  void doesNotConcern(String statement) {
    assertThat(customer.concernedBy(statement)).isFalse();
  }
}
