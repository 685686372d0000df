package dev.sluice.vdiff.job;

import dev.sluice.schemas.topics.TopicNames;
import dev.sluice.schemas.workflow.Direction;
import dev.sluice.vdiff.topology.VDiffTopology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process's share of the application that compares one workflow's digests. Every process with
 * the role vdiff runs one while the workflow has a VDiff under way. Thread-safe.
 */
public final class VDiffStreams implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(VDiffStreams.class);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final KafkaStreams streams;
  private final Path stateDirectory;
  private final AtomicBoolean failed = new AtomicBoolean();

  /** Starts it; the workflow's VDiff topics exist. */
  public VDiffStreams(VDiffContext context, String workflow) {
    TopicNames names = TopicNames.of(workflow, Direction.FORWARD);
    int maxMessageBytes = context.admin().maxMessageBytes();
    try {
      this.stateDirectory = Files.createTempDirectory("sluice-vdiff-");
    } catch (IOException e) {
      throw new UncheckedIOException("a directory for the VDiff's state cannot be made", e);
    }
    Properties config = new Properties();
    context.kafka().client("sluice-vdiff-" + workflow).forEach(config::put);
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, names.vdiffApplication());
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 50);
    config.put(StreamsConfig.POLL_MS_CONFIG, 20);
    config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    config.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
    config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    config.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 6_000);
    config.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 1_000);
    config.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    config.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), 50);
    config.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), maxMessageBytes);
    config.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 15_000);
    this.streams = new KafkaStreams(VDiffTopology.of(names, maxMessageBytes), config);
    streams.setUncaughtExceptionHandler(
        error -> {
          LOG.atWarn()
              .addKeyValue("workflow", workflow)
              .setCause(error)
              .log("the comparison of digests failed; it starts again");
          failed.set(true);
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    streams.start();
  }

  /** True when it takes part in the work, or will soon. */
  public boolean alive() {
    return !failed.get() && !streams.state().hasStartedOrFinishedShuttingDown();
  }

  @Override
  public void close() {
    streams.close(CLOSE_LIMIT);
    try (var files = Files.walk(stateDirectory)) {
      files.sorted(Comparator.reverseOrder()).forEach(VDiffStreams::delete);
    } catch (IOException | UncheckedIOException e) {
      LOG.atDebug().setCause(e).log("state directory not removed");
    }
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
