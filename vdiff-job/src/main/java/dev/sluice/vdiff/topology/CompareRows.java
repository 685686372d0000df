package dev.sluice.vdiff.topology;

import dev.sluice.schemas.vdiff.RowClass;
import dev.sluice.vdiff.topology.Outcome.DifferingKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Joins the rows of a chunk that differs by key, and says the class of each when every shard has
 * sent its last. A batch that comes twice counts once.
 */
final class CompareRows implements Processor<String, RowBatch, String, Outcome> {

  /** The rows, as they were sent: key {@code attempt NUL side/shard NUL number}. */
  static final String ROWS = "row-batches";

  /** How far each shard has come: key {@code attempt}. */
  static final String ENDS = "ends";

  private static final Duration SWEEP = Duration.ofMinutes(1);
  private static final char NUL = '\0';

  /** One row as one shard has it. */
  record Copy(Side side, String shard, String digest, boolean misplaced) {}

  /** How many batches and rows each shard has sent, and which have sent their last. */
  record Ends(
      long since, Map<String, Integer> batches, Map<String, Long> rows, Set<String> ended) {}

  private ProcessorContext<String, Outcome> context;
  private KeyValueStore<String, RowBatch> rows;
  private KeyValueStore<String, Ends> ends;

  @Override
  public void init(ProcessorContext<String, Outcome> processor) {
    this.context = processor;
    this.rows = processor.getStateStore(ROWS);
    this.ends = processor.getStateStore(ENDS);
    processor.schedule(SWEEP, PunctuationType.WALL_CLOCK_TIME, this::forget);
  }

  @Override
  public void process(Record<String, RowBatch> record) {
    RowBatch batch = record.value();
    Ends before = ends.get(record.key());
    Ends now =
        before == null
            ? new Ends(
                context.currentSystemTimeMs(), new HashMap<>(), new HashMap<>(), new HashSet<>())
            : before;
    String shard = shard(batch);
    if (now.batches().getOrDefault(shard, 0) != batch.number()) {
      // sent again by a scanner that did not hear that it had arrived
      return;
    }
    now.batches().merge(shard, 1, Integer::sum);
    now.rows().merge(shard, (long) batch.rows().size(), Long::sum);
    if (batch.last()) {
      now.ended().add(shard);
    }
    if (now.ended().size() == batch.sources() + batch.targets()) {
      ends.delete(record.key());
      context.forward(record.withValue(classify(record.key(), batch, now.rows())));
    } else {
      rows.put(record.key() + NUL + shard + NUL + batch.number(), batch);
      ends.put(record.key(), now);
    }
  }

  private Outcome classify(String attempt, RowBatch last, Map<String, Long> rowCounts) {
    Map<List<String>, Map<String, List<Copy>>> byKey = new LinkedHashMap<>();
    for (String sent : sent(attempt)) {
      add(byKey, rows.delete(sent));
    }
    add(byKey, last);
    long matching = 0;
    List<DifferingKey> differing = new ArrayList<>();
    for (Map.Entry<List<String>, Map<String, List<Copy>>> key : byKey.entrySet()) {
      List<Copy> copies = key.getValue().values().stream().flatMap(List::stream).toList();
      RowClass rowClass = classOf(copies);
      if (rowClass == RowClass.MATCHING) {
        matching++;
      } else {
        List<String> sources = shards(copies, Side.SOURCE);
        List<String> targets = shards(copies, Side.TARGET);
        differing.add(new DifferingKey(rowClass, key.getKey(), sources, targets));
      }
    }
    return new Outcome(last.attempt(), rowCounts, List.of(), matching, differing);
  }

  /** Keys of the batches of an attempt. */
  private List<String> sent(String attempt) {
    List<String> sent = new ArrayList<>();
    try (KeyValueIterator<String, RowBatch> all =
        rows.prefixScan(attempt + NUL, new StringSerializer())) {
      all.forEachRemaining(next -> sent.add(next.key));
    }
    return sent;
  }

  /** A table without a key of its own over the key's columns may hold a key twice on one shard. */
  private static void add(Map<List<String>, Map<String, List<Copy>>> byKey, RowBatch batch) {
    String shard = shard(batch);
    for (RowBatch.Row row : batch.rows()) {
      byKey
          .computeIfAbsent(row.key(), unused -> new TreeMap<>())
          .computeIfAbsent(shard, unused -> new ArrayList<>())
          .add(new Copy(batch.side(), batch.shard(), row.digest(), row.misplaced()));
    }
  }

  private static String shard(RowBatch batch) {
    return batch.side().word() + "/" + batch.shard();
  }

  private static List<String> shards(Collection<Copy> copies, Side side) {
    return copies.stream().filter(copy -> copy.side() == side).map(Copy::shard).distinct().toList();
  }

  /** The class of a key by the rows that shards have of it. */
  static RowClass classOf(Iterable<Copy> copies) {
    List<Copy> sources = new ArrayList<>();
    List<Copy> targets = new ArrayList<>();
    copies.forEach(copy -> (copy.side() == Side.SOURCE ? sources : targets).add(copy));
    if (sources.size() > 1 || targets.size() > 1) {
      return RowClass.DUPLICATED;
    }
    if (sources.isEmpty()) {
      return RowClass.EXTRA_TARGET;
    }
    if (targets.isEmpty()) {
      return RowClass.EXTRA_SOURCE;
    }
    if (sources.get(0).misplaced() || targets.get(0).misplaced()) {
      return RowClass.MISPLACED;
    }
    return sources.get(0).digest().equals(targets.get(0).digest())
        ? RowClass.MATCHING
        : RowClass.MISMATCHED;
  }

  private void forget(long now) {
    List<String> old = new ArrayList<>();
    try (KeyValueIterator<String, Ends> all = ends.all()) {
      while (all.hasNext()) {
        KeyValue<String, Ends> next = all.next();
        if (next.value.since() + CompareDigests.FORGET_AFTER.toMillis() < now) {
          old.add(next.key);
        }
      }
    }
    for (String attempt : old) {
      sent(attempt).forEach(rows::delete);
      ends.delete(attempt);
    }
  }
}
