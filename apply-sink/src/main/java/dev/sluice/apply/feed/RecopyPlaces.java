package dev.sluice.apply.feed;

import dev.sluice.apply.core.StreamPlace;
import dev.sluice.schemas.avro.ChangeCodecs;
import dev.sluice.schemas.journal.Cut;
import dev.sluice.schemas.journal.CutCodec;
import dev.sluice.schemas.journal.CutKind;
import dev.sluice.schemas.kafka.KafkaErrors;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.ApplierId;
import dev.sluice.schemas.workflow.MovePlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds in the journals where a copy begins that an operator asked for. What lies before may be
 * what could not be applied, or be gone: it is not looked at. Not thread-safe.
 */
public final class RecopyPlaces implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);

  private final String applier;
  private final List<TopicPartition> journals = new ArrayList<>();
  private final CutCodec codec;
  private final Consumer<byte[], byte[]> consumer;
  private final Map<Integer, StreamPlace> found = new HashMap<>();
  private boolean begun;

  /** Makes the consumer; nothing is read yet. */
  public RecopyPlaces(ApplierId applier, MovePlan plan, KafkaSettings kafka, ChangeCodecs codecs) {
    TopicNames topics = TopicNames.of(applier.workflow(), applier.direction());
    this.applier = applier.toString();
    for (int stream = 0; stream < plan.readShards(applier.direction()).size(); stream++) {
      journals.add(new TopicPartition(topics.journal(), stream));
    }
    this.codec = new CutCodec(topics.journal(), codecs.ids());
    this.consumer = FeedConsumers.create(kafka, "sluice-recopy-" + applier, topics.applyGroup(), 0);
  }

  /**
   * Reads on for a moment.
   *
   * @param places as the checkpoints have them
   * @param copyRun the copy wanted
   * @return places to apply from, or null while a stream's copy has not begun; a stream that is in
   *     that copy already keeps its place
   * @throws dev.sluice.schemas.error.SluiceException KAFKA_UNAVAILABLE, or JOURNAL_GAP
   */
  public List<StreamPlace> find(List<StreamPlace> places, long copyRun) {
    try {
      if (!begun) {
        begin(places, copyRun);
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        look(record, copyRun);
      }
    } catch (InvalidOffsetException e) {
      // what lies before every checkpoint was deleted after the beginning had been asked for
      begun = false;
      found.clear();
      return null;
    } catch (KafkaException e) {
      throw KafkaErrors.classify(e, "read the topics of " + applier);
    }
    return found.size() < places.size()
        ? null
        : places.stream().map(place -> found.get(place.stream())).toList();
  }

  private void begin(List<StreamPlace> places, long copyRun) {
    consumer.assign(journals);
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(journals);
    for (StreamPlace place : places) {
      TopicPartition journal = journals.get(place.stream());
      if (isInCopy(journal, place, beginnings.get(journal), copyRun)) {
        found.put(place.stream(), place);
      }
      consumer.assign(journals);
    }
    beginnings.forEach(consumer::seek);
    begun = true;
  }

  /** True when the checkpoint's own cut belongs to that copy. */
  private boolean isInCopy(
      TopicPartition journal, StreamPlace place, long beginning, long copyRun) {
    if (place.journalOffset() < beginning) {
      return false;
    }
    ConsumerRecord<byte[], byte[]> record =
        FeedConsumers.recordAt(consumer, journal, place.journalOffset());
    if (record == null) {
      return false;
    }
    Cut cut = codec.decode(record.value());
    return cut.number() == place.cut()
        && cut.captureEpoch() == place.captureEpoch()
        && cut.copyRun() >= copyRun;
  }

  private void look(ConsumerRecord<byte[], byte[]> record, long copyRun) {
    if (found.containsKey(record.partition())) {
      return;
    }
    Cut cut = codec.decode(record.value());
    boolean begins = cut.kind() == CutKind.RECOPY || cut.kind() == CutKind.RESTART;
    if (begins && cut.copyRun() >= copyRun) {
      found.put(record.partition(), before(record, cut));
    }
  }

  /** The place that the cut follows, whether its own record is still there or not. */
  private static StreamPlace before(ConsumerRecord<byte[], byte[]> record, Cut cut) {
    return new StreamPlace(
        record.partition(),
        cut.previousEpoch(),
        cut.previousNumber(),
        record.offset() - 1,
        false,
        0,
        0,
        "",
        StreamPlace.BEFORE_RECOPY,
        cut.shapes());
  }

  @Override
  public void close() {
    consumer.close(Duration.ofSeconds(2));
  }
}
