package dev.sluice.schemas.workflow;

import dev.sluice.schemas.error.ErrorCode;
import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.kafka.ControlTopics;
import dev.sluice.schemas.kafka.KafkaErrors;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.kafka.SafeCommit;
import dev.sluice.schemas.routing.RoutingChange;
import dev.sluice.schemas.routing.RoutingRecords;
import dev.sluice.schemas.routing.RoutingRulesFollower;
import dev.sluice.schemas.routing.RoutingTable;
import dev.sluice.schemas.topics.TopicNames;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.LongFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes workflow records and routing rules in Kafka transactions and answers with what was read
 * back. Opening it fences every earlier writer. Thread-safe: writes happen one after another.
 *
 * <p>After an error the outcome of a write is unknown; the store is then of no more use, and a new
 * one reads what became of it.
 */
public final class WorkflowStore implements AutoCloseable {

  /** The one transactional id of controllers. */
  public static final String TRANSACTIONAL_ID = "sluice.controller";

  private static final Duration READ_LIMIT = Duration.ofSeconds(20);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final KafkaProducer<String, byte[]> producer;
  private final WorkflowDirectory directory;
  private final RoutingRulesFollower routing;
  private SluiceException broken;
  private volatile long controllerEpoch;

  private WorkflowStore(
      KafkaProducer<String, byte[]> producer,
      WorkflowDirectory directory,
      RoutingRulesFollower routing) {
    this.producer = producer;
    this.directory = directory;
    this.routing = routing;
  }

  /**
   * Fences the writers before, then reads the topic to its end.
   *
   * @param directory started; follows the same cluster
   * @throws SluiceException KAFKA_UNAVAILABLE when that does not succeed in time; RECORD_UNREADABLE
   *     when a newer version has written what this one cannot read: nobody was fenced then, unless
   *     it was written in this very moment
   */
  public static WorkflowStore open(KafkaSettings settings, WorkflowDirectory directory)
      throws InterruptedException {
    // whoever understands less than others must not end them
    directory.awaitEnd(READ_LIMIT);
    directory.requireReadable();
    Map<String, Object> config = settings.client("sluice-controller");
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, TRANSACTIONAL_ID);
    config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 15_000);
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, ControlTopics.RECORD_MAX_BYTES);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 20_000);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 20_000);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
    KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    RoutingRulesFollower routing = new RoutingRulesFollower(settings);
    boolean opened = false;
    try {
      producer.initTransactions();
      routing.start();
      directory.awaitEnd(READ_LIMIT);
      directory.requireReadable();
      routing.awaitEnd(READ_LIMIT);
      opened = true;
    } catch (KafkaException | SluiceException e) {
      throw KafkaErrors.classify(e, "become the active controller");
    } finally {
      if (!opened) {
        routing.close();
        producer.close(Duration.ZERO);
      }
    }
    WorkflowStore store = new WorkflowStore(producer, directory, routing);
    try {
      store.drawEpoch();
    } catch (SluiceException e) {
      routing.close();
      producer.close(Duration.ZERO);
      throw e;
    }
    return store;
  }

  /** Only the writer that fenced all others can commit it: no two controllers have one epoch. */
  private void drawEpoch() throws InterruptedException {
    ControllerEpoch drawn = new ControllerEpoch(directory.controllerEpoch() + 1, Instant.now());
    transaction(
        "draw a controller epoch",
        new ProducerRecord<>(TopicNames.WORKFLOWS, ControllerEpoch.KEY, SluiceJson.write(drawn)),
        List.of());
    controllerEpoch = drawn.controllerEpoch();
  }

  /** This controller's own; higher than that of any controller before it. */
  public long controllerEpoch() {
    return controllerEpoch;
  }

  /** The directory that this store's writes appear in. */
  public WorkflowDirectory directory() {
    return directory;
  }

  /** The rules as this store has written them, and every store before it. */
  public RoutingTable routing() {
    return routing.table();
  }

  /**
   * Writes a record.
   *
   * @return the record as read back
   * @throws SluiceException FENCED when another controller is active; KAFKA_UNAVAILABLE when the
   *     outcome is unknown
   */
  public synchronized WorkflowRecord write(WorkflowRecord record) throws InterruptedException {
    return write(record, epoch -> List.of());
  }

  /**
   * Writes a record and changes the routing rules in one Kafka transaction: whoever reads committed
   * records sees both or neither.
   *
   * @return the record as read back; {@link #routing()} then has the rules
   * @throws SluiceException as {@link #write(WorkflowRecord)}
   */
  public synchronized WorkflowRecord write(WorkflowRecord record, RoutingChange change)
      throws InterruptedException {
    return write(record, epoch -> RoutingRecords.of(change, epoch));
  }

  /**
   * Removes rules.
   *
   * @param keys of rules; those that are not there are left out
   * @return the rules as read back
   * @throws SluiceException as {@link #write(WorkflowRecord)}
   */
  public synchronized RoutingTable removeRules(Collection<String> keys)
      throws InterruptedException {
    List<String> present =
        keys.stream().filter(routing.table().byKey()::containsKey).sorted().distinct().toList();
    if (!present.isEmpty()) {
      transaction("remove routing rules", null, RoutingRecords.removal(present, nextRulesEpoch()));
    }
    return routing.table();
  }

  private WorkflowRecord write(
      WorkflowRecord record, LongFunction<List<ProducerRecord<String, byte[]>>> rules)
      throws InterruptedException {
    String action = "write the record of workflow " + record.name();
    transaction(
        action,
        new ProducerRecord<>(TopicNames.WORKFLOWS, record.name(), SluiceJson.write(record)),
        rules.apply(nextRulesEpoch()));
    return directory
        .find(record.name())
        .orElseThrow(
            () ->
                new SluiceException(
                    ErrorCode.INTERNAL,
                    action + ": it was not there when read back",
                    "report this as a bug"));
  }

  private long nextRulesEpoch() {
    return routing.table().rulesEpoch() + 1;
  }

  private void transaction(
      String action,
      ProducerRecord<String, byte[]> record,
      List<ProducerRecord<String, byte[]>> rules)
      throws InterruptedException {
    if (broken != null) {
      throw new SluiceException(broken.code(), broken.getMessage(), broken.remedy(), broken);
    }
    try {
      producer.beginTransaction();
      Future<RecordMetadata> written = record == null ? null : producer.send(record);
      Future<RecordMetadata> lastRule = null;
      for (ProducerRecord<String, byte[]> rule : rules) {
        lastRule = producer.send(rule);
      }
      // a commit fails when one of the sends has
      SafeCommit.commit(producer);
      if (written != null) {
        directory.awaitOffset(written.get().offset(), READ_LIMIT);
      }
      if (lastRule != null) {
        routing.awaitOffset(lastRule.get().offset(), READ_LIMIT);
      }
    } catch (KafkaException | ExecutionException | SluiceException e) {
      broken = KafkaErrors.classify(e, action);
      throw broken;
    } catch (InterruptedException e) {
      // whether it was committed is not known either
      broken = KafkaErrors.classify(e, action);
      throw e;
    }
  }

  @Override
  public void close() {
    routing.close();
    producer.close(CLOSE_LIMIT);
  }
}
