package dev.sluice.vdiff.topology;

import dev.sluice.schemas.vdiff.RowClass;
import dev.sluice.vdiff.topology.Outcome.DifferingKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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

  /** The rows: key {@code attempt NUL row key}. */
  static final String ROWS = "rows";

  /** How far each shard has come: key {@code attempt}. */
  static final String ENDS = "ends";

  private static final Duration SWEEP = Duration.ofMinutes(1);
  private static final char NUL = '\0';

  /** The rows of one key. */
  record Seen(List<String> key, Map<String, Copy> copies) {}

  /** One row as one shard has it. */
  record Copy(Side side, String shard, String digest, boolean misplaced) {}

  /** How many batches and rows each shard has sent, and which have sent their last. */
  record Ends(
      long since, Map<String, Integer> batches, Map<String, Long> rows, Set<String> ended) {}

  private ProcessorContext<String, Outcome> context;
  private KeyValueStore<String, Seen> rows;
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
    String shard = batch.side().word() + "/" + batch.shard();
    if (now.batches().getOrDefault(shard, 0) != batch.number()) {
      // sent again by a scanner that did not hear that it had arrived
      return;
    }
    now.batches().merge(shard, 1, Integer::sum);
    now.rows().merge(shard, (long) batch.rows().size(), Long::sum);
    if (batch.last()) {
      now.ended().add(shard);
    }
    for (RowBatch.Row row : batch.rows()) {
      String key = record.key() + NUL + String.join(",", row.key());
      Seen seen = rows.get(key);
      Map<String, Copy> copies = seen == null ? new TreeMap<>() : new TreeMap<>(seen.copies());
      copies.put(shard, new Copy(batch.side(), batch.shard(), row.digest(), row.misplaced()));
      rows.put(key, new Seen(row.key(), copies));
    }
    if (now.ended().size() == batch.sources() + batch.targets()) {
      ends.delete(record.key());
      context.forward(record.withValue(classify(batch.attempt(), record.key(), now.rows())));
    } else {
      ends.put(record.key(), now);
    }
  }

  private Outcome classify(String attempt, String recordKey, Map<String, Long> rowCounts) {
    long matching = 0;
    List<DifferingKey> differing = new ArrayList<>();
    List<String> used = new ArrayList<>();
    try (KeyValueIterator<String, Seen> all =
        rows.prefixScan(recordKey + NUL, new StringSerializer())) {
      while (all.hasNext()) {
        KeyValue<String, Seen> next = all.next();
        used.add(next.key);
        RowClass rowClass = classOf(next.value.copies().values());
        if (rowClass == RowClass.MATCHING) {
          matching++;
        } else {
          differing.add(
              new DifferingKey(
                  rowClass,
                  next.value.key(),
                  shards(next.value, Side.SOURCE),
                  shards(next.value, Side.TARGET)));
        }
      }
    }
    used.forEach(rows::delete);
    return new Outcome(attempt, rowCounts, List.of(), matching, differing);
  }

  private static List<String> shards(Seen seen, Side side) {
    return seen.copies().values().stream()
        .filter(copy -> copy.side() == side)
        .map(Copy::shard)
        .toList();
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
      List<String> used = new ArrayList<>();
      try (KeyValueIterator<String, Seen> all =
          rows.prefixScan(attempt + NUL, new StringSerializer())) {
        all.forEachRemaining(next -> used.add(next.key));
      }
      used.forEach(rows::delete);
      ends.delete(attempt);
    }
  }
}
