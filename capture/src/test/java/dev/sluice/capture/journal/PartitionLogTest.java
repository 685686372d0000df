package dev.sluice.capture.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.journal.OffsetRange;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class PartitionLogTest {

  private final List<Exception> failures = new ArrayList<>();
  private final PartitionLog log = new PartitionLog("t", 3, failures::add);

  private void acknowledge(long... offsets) {
    for (long offset : offsets) {
      log.onCompletion(new RecordMetadata(new TopicPartition("t", 3), offset, 0, 0, 0, 0), null);
    }
  }

  private void send(int count) {
    for (int i = 0; i < count; i++) {
      log.sent(10);
    }
  }

  @Test
  void aRangeNamesWholeRecordsWheneverTheyWereAcknowledged() {
    send(3);
    acknowledge(100);
    log.markWhole();
    acknowledge(101, 103);
    send(2);
    acknowledge(104, 105);
    assertThat(log.range()).isEqualTo(new OffsetRange("t", 3, 100, 104, 3, 30));
    log.named();
    assertThat(log.isEmpty()).isFalse();
    send(1);
    acknowledge(110);
    log.markWhole();
    assertThat(log.range()).isEqualTo(new OffsetRange("t", 3, 104, 111, 3, 30));
    log.named();
    assertThat(log.isEmpty()).isTrue();
  }

  @Test
  void recordsAcknowledgedBeforeTheyAreWholeCount() {
    send(2);
    acknowledge(7, 8);
    log.markWhole();
    send(1);
    log.markWhole();
    acknowledge(9);
    assertThat(log.range()).isEqualTo(new OffsetRange("t", 3, 7, 10, 3, 30));
  }

  @Test
  void failuresAreTold() {
    send(1);
    log.onCompletion(null, new IllegalStateException("no"));
    assertThat(failures).hasSize(1);
  }
}
