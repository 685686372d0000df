package dev.sluice.schemas.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class SafeCommitTest {

  /** Ends a transaction without the records that wait, as the sender of a real producer may. */
  private static final class HastyProducer extends MockProducer<byte[], byte[]> {
    private final List<ProducerRecord<byte[], byte[]>> waiting = new ArrayList<>();
    private int waitingAtCommit = -1;

    HastyProducer() {
      super(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    void hand(ProducerRecord<byte[], byte[]> record) {
      waiting.add(record);
      send(record);
    }

    @Override
    public synchronized void flush() {
      waiting.clear();
      super.flush();
    }

    @Override
    public void commitTransaction() {
      waitingAtCommit = waiting.size();
      super.commitTransaction();
    }
  }

  @Test
  void nothingWaitsWhenTheTransactionIsEnded() {
    HastyProducer producer = new HastyProducer();
    producer.initTransactions();
    producer.beginTransaction();
    producer.hand(new ProducerRecord<>("some.topic", new byte[] {1}));

    SafeCommit.commit(producer);

    assertThat(producer.waitingAtCommit).isZero();
    assertThat(producer.history()).hasSize(1);
  }
}
