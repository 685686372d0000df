package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.load.LoadCounts;
import dev.sluice.bench.load.SbtestLoader;
import dev.sluice.bench.load.WriteOnlyLoad;
import dev.sluice.bench.measure.TableDigest;
import dev.sluice.bench.peer.DumpAndLoad;
import dev.sluice.bench.peer.NativeReplication;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The peers on real servers, at a size ({@code -Dbench.rows}) that says nothing about speed. */
@Tag("soak")
class PeersTest {
  private static final long ROWS = Long.getLong("bench.rows", 20_000);

  @Test
  void dumpsAndReplicasEqualTheirSource() {
    try (Site site = Site.open(new PrintWriter(new StringWriter()))) {
      new SbtestLoader(site.source(), site.tables()).create(ROWS);
      new SbtestLoader(site.source(), site.tables()).extend(ROWS, 2 * ROWS);
      assertThat(site.sourceDigest().rows()).isEqualTo(4 * ROWS);

      DumpAndLoad dump = new DumpAndLoad(site.stack(), site.peer());
      assertThat(dump.run(site.tables())).isPositive();
      site.sourceDigest()
          .mustEqual(TableDigest.of(site.peer(), dump.schema(), site.tables()), "the dump");
      dump.drop();

      NativeReplication replication = new NativeReplication(site.source(), site.peer());
      replication.attach();
      LoadCounts written =
          new WriteOnlyLoad(site.source(), site.tables(), ROWS, 4, 200).run(Duration.ofSeconds(3));
      assertThat(written.transactions()).isBetween(300L, 700L);
      assertThat(replication.catchUp()).isPositive();
      site.sourceDigest()
          .mustEqual(
              TableDigest.of(site.peer(), site.peer().schema(), site.tables()), "the replica");
    }
  }
}
