package dev.sluice.bench;

import dev.sluice.bench.load.SbtestTable;
import dev.sluice.bench.measure.TableDigest;
import dev.sluice.tests.stack.LocalStack;
import dev.sluice.tests.stack.MysqlServer;
import dev.sluice.tests.stack.Stack;
import dev.sluice.tests.stack.StackOptions;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * Where everything is measured: a stack with one more server for the peers.
 *
 * @param stack the servers
 * @param tables the tables moved
 * @param progress where to say what is being done
 */
public record Site(Stack stack, List<SbtestTable> tables, PrintWriter progress)
    implements AutoCloseable {
  private static final String PEER = "peer";

  /** The options that differ from the stack's own, for the report. */
  static final List<String> MYSQL_FLAGS =
      List.of(
          "--innodb-buffer-pool-size=1G",
          "--loose-innodb-redo-log-capacity=2G",
          "--sync-binlog=1",
          "--innodb-flush-log-at-trx-commit=1");

  public Site {
    tables = List.copyOf(tables);
  }

  static Site open(PrintWriter progress) {
    StackOptions options =
        StackOptions.named("bench")
            .extraServers(PEER)
            .mysqlFlags("*", MYSQL_FLAGS.toArray(String[]::new))
            .build();
    return new Site(
        LocalStack.start(options), List.of(new SbtestTable(1), new SbtestTable(2)), progress);
  }

  public MysqlServer source() {
    return stack.source();
  }

  /** The server that dumps are loaded into and that becomes a replica. */
  public MysqlServer peer() {
    return stack.mysql(PEER);
  }

  /** The shards written, in key-range order. */
  public List<MysqlServer> shards() {
    return stack.options().targetShards().stream().map(stack::target).toList();
  }

  /** The shard on which Sluice's {@code sha256} vindex places a key; the key ranges are halves. */
  public MysqlServer shardOf(long key) {
    return shards().get(KeyHash.firstBit(key));
  }

  /** Says what is being done. */
  public void say(String format, Object... values) {
    progress.println(String.format(Locale.ROOT, format, values));
    progress.flush();
  }

  /**
   * Checks that the shards together hold what the source holds, with every index.
   *
   * @throws BenchException when they do not
   */
  public void checkShards() {
    TableDigest sum = null;
    for (MysqlServer shard : shards()) {
      TableDigest one = TableDigest.of(shard, shard.schema(), tables);
      sum = sum == null ? one : sum.plus(one);
    }
    sourceDigest().mustEqual(sum, "what the shards hold");
    for (MysqlServer shard : shards()) {
      long indexes = Rows.number(shard, indexCount(shard.schema()));
      if (indexes != tables.size()) {
        throw new BenchException(shard.name() + " has " + indexes + " secondary indexes");
      }
    }
  }

  private static String indexCount(String schema) {
    return "SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = '"
        + schema
        + "' AND index_name LIKE 'k\\_%'";
  }

  /** What the source holds. */
  public TableDigest sourceDigest() {
    return TableDigest.of(source(), source().schema(), tables);
  }

  @Override
  public void close() {
    stack.close();
  }
}
