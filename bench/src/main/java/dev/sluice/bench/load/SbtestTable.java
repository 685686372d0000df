package dev.sluice.bench.load;

/**
 * A table in the shape of sysbench's OLTP tests: an integer key, an indexed integer and two texts
 * of digits, about 190 bytes a row.
 *
 * @param number from 1; the table's name is {@code sbtest<number>}
 */
public record SbtestTable(int number) {

  public String name() {
    return "sbtest" + number;
  }

  /** The table without its secondary index, as it is filled. */
  public String createStatement() {
    return "CREATE TABLE "
        + name()
        + " (id INT NOT NULL AUTO_INCREMENT, k INT NOT NULL DEFAULT 0,"
        + " c CHAR(120) NOT NULL DEFAULT '', pad CHAR(60) NOT NULL DEFAULT '', PRIMARY KEY (id))"
        + " ENGINE = InnoDB";
  }

  /** Adds the secondary index, which is done once the first rows are there. */
  public String indexStatement() {
    return "CREATE INDEX k_" + number + " ON " + name() + " (k)";
  }
}
