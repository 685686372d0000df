package dev.sluice.schemas.request;

import dev.sluice.schemas.error.SluiceException;
import dev.sluice.schemas.kafka.KafkaSettings;
import dev.sluice.schemas.kafka.TopicFollower;
import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.schemas.workflow.SluiceJson;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows {@code <workflow>.requests} from its beginning. Thread-safe. */
public final class RequestFollower implements Holds, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RequestFollower.class);

  private final Clock clock;
  private final RequestBoard board;
  private final TopicFollower follower;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  public RequestFollower(
      KafkaSettings settings, String workflow, String workflowUuid, Clock clock) {
    this.clock = clock;
    this.board = new RequestBoard(workflowUuid, clock);
    this.follower =
        new TopicFollower(
            settings,
            TopicNames.of(workflow, Direction.FORWARD).requests(),
            "sluice-requests-" + workflow,
            this::read);
  }

  /** Begins to follow; call once. */
  public RequestFollower start() {
    follower.start();
    return this;
  }

  /** Calls the listener, on the reading thread, after each record; it must be quick. */
  public void addListener(Runnable listener) {
    listeners.add(listener);
  }

  public void removeListener(Runnable listener) {
    listeners.remove(listener);
  }

  @Override
  public boolean readOn(Duration limit) throws InterruptedException {
    try {
      follower.awaitEnd(limit);
      return true;
    } catch (SluiceException e) {
      LOG.atWarn().setCause(e).log("requests could not be read in time");
      return false;
    }
  }

  @Override
  public HoldState state(String token) {
    return board.state(token);
  }

  @Override
  public HoldState awaitOver(String token, Duration limit) throws InterruptedException {
    return board.awaitOver(token, limit);
  }

  /** What a stream is asked to repair, oldest first. */
  public List<Request.Repair> repairs(Direction direction, String stream) {
    return board.repairs(direction, stream);
  }

  private void read(ConsumerRecord<String, byte[]> message, boolean live) {
    Request request = null;
    if (message.value() != null) {
      try {
        request = SluiceJson.read(message.value(), Request.class);
      } catch (UncheckedIOException e) {
        LOG.atWarn()
            .addKeyValue("key", message.key())
            .addKeyValue("offset", message.offset())
            .setCause(e)
            .log("request cannot be read by this version; it is left alone");
        return;
      }
    }
    board.read(message.key(), request, message.offset(), live ? ahead(message) : Duration.ZERO);
    listeners.forEach(Runnable::run);
  }

  /**
   * A record that is read as it comes was written now. How old it is when it was there before is
   * not known: the clocks have to be trusted.
   */
  private Duration ahead(ConsumerRecord<String, byte[]> message) {
    return message.timestampType() == TimestampType.CREATE_TIME
        ? Duration.between(Instant.ofEpochMilli(message.timestamp()), clock.instant())
        : Duration.ZERO;
  }

  @Override
  public void close() {
    follower.close();
  }
}
